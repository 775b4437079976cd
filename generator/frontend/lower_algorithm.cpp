// The standard library's algorithms over ranges: the loops that they stand for.

#include <clang/AST/DeclTemplate.h>
#include <fmt/format.h>

#include <algorithm>

#include "frontend/lowering.hpp"

namespace gradsmith::frontend {

using clang::Expr;
using Kind = KnownFunction::Kind;

namespace {

std::string name_of(const clang::CallExpr* e) {
  return e->getDirectCallee()->getQualifiedNameAsString();
}

/// The operator that a functor of the library stands for: std::plus and std::multiplies.
std::optional<clang::BinaryOperatorKind> operator_of(const clang::CXXRecordDecl* functor) {
  if (!functor || !functor->isInStdNamespace() || !functor->getIdentifier()) return std::nullopt;
  if (functor->getName() == "plus") return clang::BO_Add;
  if (functor->getName() == "minus") return clang::BO_Sub;
  if (functor->getName() == "multiplies") return clang::BO_Mul;
  return std::nullopt;
}

}  // namespace

Lowering::Run Lowering::run_of(const clang::CallExpr* e, unsigned first) {
  const Place from = pointee(e->getArg(first));
  const clang::SourceLocation where = e->getExprLoc();
  const Place to = pointee(e->getArg(first + 1));
  return {from, [=, this] { return distance(from, to, where); }};
}

void Lowering::over_run(const std::function<NodeId()>& length, std::vector<VariableId> writes,
                        const std::vector<const Expr*>& calls,
                        const std::function<void(NodeId)>& once, clang::SourceLocation where) {
  LoopBody body;
  body.bound = length;
  body.writes = std::move(writes);
  for (const Expr* e : calls) {
    if (e) body.consists_of.push_back(e);
  }
  body.once = once;
  loop(g_.index(0), 1, body, where);
}

Lowering::Callee Lowering::callee_of(const clang::CallExpr* e, unsigned argument) {
  Callee callee;
  if (argument >= e->getNumArgs()) return callee;
  callee.written = e->getArg(argument);
  const clang::CXXRecordDecl* functor = record_of(callee.written->getType());
  if (const auto op = operator_of(functor)) {
    callee.written = nullptr;
    callee.op = *op;
  } else if (functor) {
    // Algorithms take it by value.
    callee.object = keep(value(callee.written), "");
  }
  return callee;
}

const clang::FunctionDecl* Lowering::chosen_overload(const clang::CXXRecordDecl* functor,
                                                     const std::vector<Place>& arguments,
                                                     clang::SourceLocation where) {
  const auto fits = [&](const clang::FunctionDecl* f) {
    if (f->getNumParams() != arguments.size()) return false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const clang::QualType type = f->getParamDecl(static_cast<unsigned>(i))->getType();
      const clang::QualType object = type.getNonReferenceType().getCanonicalType();
      if (!context_.hasSameUnqualifiedType(object, arguments[i].layout->type)) return false;
    }
    return true;
  };
  std::vector<const clang::FunctionDecl*> found;
  const clang::DeclarationName call = context_.DeclarationNames.getCXXOperatorName(clang::OO_Call);
  for (const clang::NamedDecl* d : functor->lookup(call)) {
    if (const auto* function = llvm::dyn_cast<clang::CXXMethodDecl>(d)) {
      if (fits(function)) found.push_back(function);
    } else if (const auto* made = llvm::dyn_cast<clang::FunctionTemplateDecl>(d)) {
      for (const clang::FunctionDecl* one : made->specializations()) {
        if (fits(one)) found.push_back(one);
      }
    }
  }
  if (found.size() == 1) return found[0];
  refuse("gs-unknown-function", "which function this algorithm calls is not plain",
         "let the function's parameters have the elements' type, or write the loop", where);
}

Value Lowering::call_with(const Callee& callee, const std::vector<Place>& arguments,
                          clang::SourceLocation where) {
  if (!callee.written) {
    const clang::QualType type = arguments[0].layout->type;
    const NodeId a = read_number(arguments[0], where);
    const NodeId b = read_number(arguments[1], where);
    return {arguments[0].layout,
            {number_cell(note(arithmetic(callee.op, a, b, type, where), where))}};
  }
  const clang::FunctionDecl* function = nullptr;
  if (callee.object) {
    function = chosen_overload(record_of(callee.written->getType()), arguments, where);
  } else if (const auto* ref =
                 llvm::dyn_cast<clang::DeclRefExpr>(callee.written->IgnoreParenImpCasts())) {
    function = llvm::dyn_cast<clang::FunctionDecl>(ref->getDecl());
  }
  if (!function) refuse_indirect(callee.written);
  if (is_library_function(function, files_)) {
    refuse("gs-unknown-function",
           fmt::format("'{}' is not handled as an argument", function->getQualifiedNameAsString()),
           "pass a lambda that calls it", where);
  }
  const clang::FunctionDecl* definition = definition_of(function, where);
  std::vector<Place> bound = arguments;
  for (std::size_t i = 0; i < bound.size(); ++i) {
    const clang::ParmVarDecl* p = definition->getParamDecl(static_cast<unsigned>(i));
    const bool same = context_.hasSameUnqualifiedType(
        p->getType().getNonReferenceType().getCanonicalType(), bound[i].layout->type);
    if (!same) {
      refuse("gs-unknown-function",
             "this algorithm converts the elements for the function it calls",
             "let the function's parameters have the elements' type", where);
    }
    if (!p->getType()->isReferenceType()) {
      bound[i] = keep(read(bound[i], where), p->getNameAsString());
    }
  }
  return call_bound(definition, callee.object, bound, where);
}

NodeId Lowering::accumulated(Kind kind, const clang::CallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const bool products = kind == Kind::InnerProduct;
  const Run run = run_of(e, 0);
  std::optional<Place> beside;
  if (products) beside = pointee(e->getArg(2));
  const unsigned initial = products ? 3 : 2;
  const Layout* layout = layout_of(e->getType(), where);
  const bool one_type =
      run.first.layout->type == layout->type && (!beside || beside->layout->type == layout->type);
  if (!one_type) {
    refuse(
        "gs-unknown-function",
        fmt::format("'{}' is handled where elements and initial value have one type", name_of(e)),
        "give the initial value the elements' type, as in `0.0`", where);
  }
  const Callee callee = callee_of(e, initial + 1);
  Callee times{nullptr, clang::BO_Mul, std::nullopt};
  if (products && e->getNumArgs() > initial + 2) times = callee_of(e, initial + 2);
  const Place sum = keep({layout, {number_cell(number(e->getArg(initial)))}}, "sum");
  std::vector<VariableId> writes{sum.variable};
  for (const Callee& called : {callee, times}) {
    if (called.object) writes.push_back(called.object->variable);
  }
  over_run(
      run.length, writes, {callee.written, times.written},
      [&](NodeId index) {
        Place term = advance(run.first, index, where);
        if (products) {
          term = keep(call_with(times, {term, advance(*beside, index, where)}, where), "");
        }
        const Value next = call_with(callee, {sum, term}, where);
        if (next.layout->type != layout->type) {
          refuse("gs-unknown-function", "this function gives another type than it sums",
                 "let it give the elements' type", where);
        }
        write(sum, next, where);
        name(sum, where);
      },
      where);
  return read_number(sum, where);
}

Value Lowering::filled_range(Kind kind, const clang::CallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const unsigned arguments = e->getNumArgs();
  const bool two = kind == Kind::Transform && arguments == 5;
  if (arguments > (kind == Kind::Transform ? 5U : 3U)) {
    refuse("gs-unknown-function", fmt::format("this form of '{}' is not handled", name_of(e)),
           "write the loop", where);
  }
  Run run;
  Place to;
  std::optional<Place> beside;
  if (kind == Kind::FillCount) {
    to = pointee(e->getArg(0));
    const NodeId count = subscript(e->getArg(1));
    run.length = [count] { return count; };
  } else {
    run = run_of(e, 0);
    if (two) beside = pointee(e->getArg(2));
    to =
        kind == Kind::FillRange || kind == Kind::Iota ? run.first : pointee(e->getArg(two ? 3 : 2));
  }
  const Callee callee = kind == Kind::Transform ? callee_of(e, arguments - 1) : Callee{};
  std::optional<Value> filling;
  if (kind == Kind::FillRange || kind == Kind::FillCount) {
    const Expr* filler = e->getArg(2);
    if (to.layout->kind == Layout::Kind::Number) {
      const NodeId x = number(filler);
      filling =
          Value{to.layout, {number_cell(convert(x, filler->getType(), to.layout->type, where))}};
    } else {
      filling = value(filler);
    }
  }
  std::vector<VariableId> writes{to.variable};
  // What `iota` counts up, and `partial_sum` adds up: of another type than the elements, maybe.
  std::optional<Place> carried;
  if (kind == Kind::Iota || kind == Kind::PartialSum) {
    const bool sums = kind == Kind::PartialSum;
    const clang::QualType type =
        (sums ? run.first.layout->type : e->getArg(2)->getType()).getUnqualifiedType();
    const Layout* layout = layout_of(type, where);
    if (layout->kind != Layout::Kind::Number) {
      refuse("gs-unknown-function", fmt::format("'{}' is handled for numbers", name_of(e)),
             "write the loop", where);
    }
    const NodeId start = sums ? g_.number(layout->element, 0) : number(e->getArg(2));
    carried = keep({layout, {number_cell(start)}}, sums ? "sum" : "");
    writes.push_back(carried->variable);
  }
  if (callee.object) writes.push_back(callee.object->variable);
  over_run(
      run.length, writes, {callee.written},
      [&](NodeId index) {
        Value held;
        if (carried) {
          held = carried_on(kind, *carried, run.first, index, to.layout, where);
        } else if (filling) {
          held = *filling;
        } else if (kind == Kind::Copy) {
          held = read(advance(run.first, index, where), where);
        } else {
          std::vector<Place> from{advance(run.first, index, where)};
          if (two) from.push_back(advance(*beside, index, where));
          held = call_with(callee, from, where);
        }
        const Place place = advance(to, index, where);
        if (held.layout->type != place.layout->type) {
          refuse("gs-unknown-function", fmt::format("'{}' converts the elements here", name_of(e)),
                 "write the loop", where);
        }
        write(place, held, where);
        assigned(place, where);
      },
      where);
  if (e->getType()->isVoidType()) return {};
  return {layout_of(e->getType(), where), {address_cell(advance(to, run.length(), where))}};
}

Value Lowering::carried_on(Kind kind, const Place& carried, const Place& first, NodeId index,
                           const Layout* element, clang::SourceLocation where) {
  const clang::QualType type = carried.layout->type;
  const auto plus = [&](NodeId more) {
    const NodeId now = read_number(carried, where);
    return Value{carried.layout,
                 {number_cell(note(arithmetic(clang::BO_Add, now, more, type, where), where))}};
  };
  const auto as_element = [&](NodeId x) {
    return Value{element, {number_cell(convert(x, type, element->type, where))}};
  };
  if (kind == Kind::Iota) {
    const Value held = as_element(read_number(carried, where));
    write(carried, plus(g_.number(carried.layout->element, 1)), where);
    return held;
  }
  // The first sum is the first element, whose sign a zero before it would not keep.
  const NodeId term = read_number(advance(first, index, where), where);
  const NodeId is_first = note(simple(g_.apply(Op::Eq, {index, g_.index(0)})), where);
  lower_branch(
      is_first, [&] { write(carried, {carried.layout, {number_cell(term)}}, where); },
      [&] { write(carried, plus(term), where); }, where);
  return as_element(read_number(carried, where));
}

Value Lowering::for_each(const clang::CallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  if (e->getNumArgs() != 3) {
    refuse("gs-unknown-function", fmt::format("this form of '{}' is not handled", name_of(e)),
           "write the loop", where);
  }
  const Run run = run_of(e, 0);
  const Callee callee = callee_of(e, 2);
  std::vector<VariableId> writes{run.first.variable};
  if (callee.object) writes.push_back(callee.object->variable);
  over_run(
      run.length, writes, {callee.written},
      [&](NodeId index) { call_with(callee, {advance(run.first, index, where)}, where); }, where);
  if (!callee.object) return {};
  return read(*callee.object, where);
}

Place Lowering::extreme_element(bool largest, const clang::CallExpr* e) {
  const clang::SourceLocation where = e->getExprLoc();
  const Run run = run_of(e, 0);
  const auto element = element_of(run.first.layout->type);
  if (e->getNumArgs() > 3 || !element || *element == Element::Bool) {
    refuse("gs-unknown-function", fmt::format("'{}' is handled for numbers", name_of(e)),
           "write the loop", where);
  }
  const bool compares = e->getNumArgs() == 3;
  const Callee less = callee_of(e, 2);
  const Layout* integer = layout_of(context_.IntTy, where);
  const Place at = keep({integer, {number_cell(g_.index(0))}}, largest ? "largest" : "smallest");
  std::vector<VariableId> writes{at.variable};
  if (less.object) writes.push_back(less.object->variable);
  const auto is_less = [&](const Place& a, const Place& b) {
    if (!compares) {
      return note(simple(g_.apply(Op::Lt, {read_number(a, where), read_number(b, where)})), where);
    }
    const Value found = call_with(less, {a, b}, where);
    const bool condition = found.layout && found.layout->kind == Layout::Kind::Number &&
                           found.layout->element == Element::Bool;
    if (condition) return found.cells[0].node;
    refuse("gs-unknown-function", "what compares the elements here gives no bool",
           "let it return bool", where);
  };
  over_run(
      run.length, writes, {less.written},
      [&](NodeId index) {
        const Place best = advance(run.first, read_number(at, where), where);
        const Place now = advance(run.first, index, where);
        const NodeId better = largest ? is_less(best, now) : is_less(now, best);
        lower_branch(
            better, [&] { write(at, {integer, {number_cell(index)}}, where); }, [] {}, where);
      },
      where);
  const NodeId found = read_number(at, where);
  const Interval in_int = range_of_type(context_.IntTy, context_);
  if (!g_.is_constant(found)) input_ranges_[found] = {0, in_int.high};
  return advance(run.first, found, where);
}

}  // namespace gradsmith::frontend
