#pragma once

// The functions of the standard library that specs may call. They are recognised, never inlined:
// the library's own bodies differ from machine to machine.

#include <clang/AST/Decl.h>

#include <optional>
#include <string>

#include "frontend/source_files.hpp"
#include "ir/ops.hpp"

namespace gradsmith::frontend {

struct KnownFunction {
  enum class Kind {
    Operator,  ///< a row of ops.def
    Abs,       ///< of a floating number fabs, of an integer by comparison
    Clamp,
    IsNan,
    IsInf,
    IsFinite,
    SignBit,
    PassOn,  ///< std::move and the like: the argument itself
    Swap,
    Get,          ///< std::get of a std::array, pair or tuple
    MakeTuple,    ///< std::make_pair, std::make_tuple
    AssignTuple,  ///< `=` of pairs and tuples
    At,           ///< as [], where the element is known to be there
    Subscript,    ///< [] of std::array, spans and vectors
    Front,
    Back,
    Data,
    Begin,  ///< an iterator, or a pointer, to the first element
    End,
    Dereference,  ///< `*` of an iterator
    Advance,      ///< an iterator plus an integer
    Retreat,
    Distance,  ///< from one iterator to another
    Fill,
    Assign,  ///< `=` of vectors
    Refill,  ///< `assign` of vectors
    Resize,
    PushBack,
    Reserve,  ///< room that changes nothing that a function can see
    Size,     ///< how many elements an array, span or vector has
    Empty,    ///< whether it has none
    Accumulate,
    InnerProduct,
    FillRange,  ///< std::fill
    FillCount,  ///< std::fill_n
    Copy,
    Transform,
    ForEach,
    Iota,
    PartialSum,
    MaxElement,
    MinElement,
    OfList,    ///< std::min and std::max of a list in braces
    Constant,  ///< anything that Clang computes when compiling: size(), numeric_limits
  };
  Kind kind = Kind::Constant;
  Op op = Op::Constant;  ///< of kinds Operator and OfList
};

/// Whether a function belongs to a library and is never inlined.
bool is_library_function(const clang::FunctionDecl* function, const SourceFiles& files);

/// What a library function is; empty: gradsmith does not know it.
std::optional<KnownFunction> known_function(const clang::FunctionDecl* function);

/// Whether known_function gives a value through a reference to one of its arguments: std::min,
/// std::max, std::clamp.
bool returns_an_argument(const KnownFunction& known);

}  // namespace gradsmith::frontend
