#include "emit/name_pool.hpp"

#include <catch2/catch.hpp>

namespace gradsmith {

TEST_CASE("an author's name that he uses again is numbered from 2") {
  NamePool pool({});
  CHECK(pool.author("s") == "s");
  CHECK(pool.author("s") == "s_2");
  CHECK(pool.author("s") == "s_3");
}

TEST_CASE("a local with a parameter's name is the parameter's second") {
  NamePool pool({});
  pool.take_parameter("x");
  CHECK(pool.author("x") == "x_2");
}

TEST_CASE("our names take a trailing underscore where they are the author's, reserved or foreign") {
  NamePool pool({"loss_partials"});
  pool.keep_for_author("inv_r");
  CHECK(pool.ours("inv_r") == "inv_r_");
  CHECK(pool.ours("loss_partials") == "loss_partials_");
  CHECK(pool.ours("exp") == "exp_");
  CHECK(pool.ours("double") == "double_");
  CHECK(pool.ours("signgam") == "signgam_");
  CHECK(pool.ours("M_PI") == "M_PI_");
  CHECK(pool.ours("plain") == "plain");
  CHECK(pool.author("inv_r") == "inv_r");
}

TEST_CASE("our names are numbered where they are ours already") {
  NamePool pool({});
  CHECK(pool.ours("exp_x") == "exp_x");
  CHECK(pool.ours("exp_x") == "exp_x_2");
}

TEST_CASE("served quantities count from 1 and step over names that are taken") {
  NamePool pool({});
  pool.keep_for_author("fin_2");
  CHECK(pool.numbered("fin") == "fin_1");
  CHECK(pool.numbered("fin") == "fin_3");
  CHECK(pool.numbered("loss") == "loss_1");
}

TEST_CASE("no name has two underscores in a row") {
  NamePool pool({});
  pool.keep_for_author("x_");
  CHECK(pool.ours("x_") == "x_2");
  CHECK(pool.numbered("y_") == "y_1");
  CHECK(joined("w_", "0") == "w_0");
}

TEST_CASE("any text becomes an identifier") {
  CHECK(to_identifier("z1") == "z1");
  CHECK(to_identifier("p[0].x") == "p_0_x");
  CHECK(to_identifier("u[2]") == "u_2");
  CHECK(to_identifier("x_") == "x_");
  CHECK(to_identifier("3d") == "v3d");
}

}  // namespace gradsmith
