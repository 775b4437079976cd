#pragma once

// Lowering one entry function: a walk over Clang's tree that builds the graph, operation by
// operation as the author wrote them. The class is the state of the walk; its methods are grouped
// by the file that defines them.

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/Expr.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/Stmt.h>
#include <clang/AST/StmtCXX.h>
#include <llvm/ADT/DenseMap.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/diagnostics.hpp"
#include "frontend/environment.hpp"
#include "frontend/interface.hpp"
#include "frontend/known_functions.hpp"
#include "frontend/lowering_state.hpp"
#include "frontend/source_files.hpp"
#include "frontend/types.hpp"
#include "ir/function.hpp"

namespace gradsmith::frontend {

class Lowering {
 public:
  /// `wrt` names the parameters to differentiate by; empty: the marks, or all floating ones.
  /// `lengths` are those of pointer parameters that the user gave, as expressions.
  Lowering(const clang::ASTContext& context, const SourceFiles& files, std::vector<std::string> wrt,
           std::vector<std::string> cuts, std::map<std::string, std::string> lengths);

  /// Once per object.
  Function lower(const clang::FunctionDecl* entry);

  /// The calls that led to where lowering stands: after a Refusal, to its place.
  std::vector<CallNote> calls() const;

 private:
  // lowering.cpp: refusals, cells, and the author's names.
  [[noreturn]] void refuse(const std::string& code, const std::string& reason,
                           const std::string& way_out, clang::SourceLocation where) const;
  const Layout* layout_of(clang::QualType type, clang::SourceLocation where);
  void spend(clang::SourceLocation where);
  Nested nest(clang::SourceLocation where);
  TypeId type_of(const LeafLayout& leaf);
  NodeId extent_of(const Layout* array);
  void record(NodeId node, Origin origin);
  NodeId note(NodeId node, clang::SourceLocation where);
  void name(const Place& place, clang::SourceLocation where);
  VariableId declare(const std::string& name, const Layout* layout, bool hidden = false);
  Place whole(VariableId id) const;
  Value uninitialised(const Layout* layout, const std::string& name, clang::SourceLocation where);
  Value zero(const Layout* layout);
  Value read(const Place& place, clang::SourceLocation where);
  NodeId read_number(const Place& place, clang::SourceLocation where);
  void write(const Place& place, const Value& value, clang::SourceLocation where);
  void write_slot(Slot slot, Cell cell);
  void check_subscripts(const Place& place, clang::SourceLocation where);
  NodeId simple(NodeId node);
  Frame& frame() { return frames_.back(); }

  // locals.cpp: what Function::locals says.
  void add_local(VariableId id, clang::SourceLocation where);
  void assigned(const Place& place, clang::SourceLocation where);
  Value cut_if_asked(const Place& place, Value value, clang::SourceLocation where);
  void finish_locals();
  void forget_locals_of_loop(std::size_t first);

  // lower_expression.cpp
  NodeId number(const clang::Expr* e);
  Value value(const clang::Expr* e);
  void discard(const clang::Expr* e);
  const clang::Expr* strip(const clang::Expr* e) const;
  [[noreturn]] void refuse_node(const clang::Stmt* node) const;
  [[noreturn]] void refuse_indirect(const clang::Stmt* node) const;
  NodeId literal(const clang::Expr* e);
  NodeId zero_number(const clang::Expr* e);
  NodeId braced_number(const clang::InitListExpr* e);
  NodeId declared_constant(const clang::DeclRefExpr* e);
  NodeId conditional(const clang::ConditionalOperator* e);
  NodeId called_number(const clang::CallExpr* e);
  Value conditional_object(const clang::ConditionalOperator* e);
  Value lambda(const clang::LambdaExpr* e);
  Value copied_array(const clang::ArrayInitLoopExpr* e);
  Value zero_object(const clang::Expr* e);
  Value comma_object(const clang::BinaryOperator* e);
  /// One side of a conditional operator, chosen by a Bool; effects of the sides are joined.
  Value choose_value(const clang::Expr* condition, const std::function<Value()>& a,
                     const std::function<Value()>& b, clang::SourceLocation where);

  // lower_operator.cpp
  NodeId unary(const clang::UnaryOperator* e);
  NodeId binary(const clang::BinaryOperator* e);
  NodeId logical(const clang::BinaryOperator* e);
  NodeId arithmetic(clang::BinaryOperatorKind kind, NodeId a, NodeId b, clang::QualType type,
                    clang::SourceLocation where);
  Place assign(const clang::BinaryOperator* e);
  /// Lowers both sides of an assignment, the right one first; refuses where compilers differ.
  void operands_of_assignment(const clang::BinaryOperator* e,
                              const std::function<void()>& lower_right,
                              const std::function<Place()>& lower_left);
  Place increment(const clang::UnaryOperator* e, NodeId* before);
  void store(const Place& place, NodeId value, clang::SourceLocation where);
  bool may_write(const clang::Stmt* e);
  /// Lowers operands that C++ evaluates in no fixed order; refuses where the order would matter.
  void in_any_order(const std::vector<const clang::Expr*>& operands,
                    const std::function<void(std::size_t)>& lower_one, clang::SourceLocation where);

  // lower_conversion.cpp
  NodeId conversion(const clang::CastExpr* e);
  Value object_conversion(const clang::CastExpr* e);
  const clang::Expr* strip_qualification(const clang::Expr* e) const;
  NodeId load(const clang::Expr* glvalue, clang::SourceLocation where);
  Value load_object(const clang::Expr* glvalue);
  std::optional<NodeId> folded_constant(NodeId x);
  NodeId convert(NodeId x, clang::QualType from, clang::QualType to, clang::SourceLocation where);
  NodeId condition(const clang::Expr* e);

  // lower_integer.cpp
  Interval range_of(NodeId node) const;
  Interval range_of(NodeId node, int depth, int& budget) const;
  NodeId integer(clang::BinaryOperatorKind kind, NodeId a, NodeId b, clang::QualType type,
                 clang::SourceLocation where);
  NodeId bits(clang::BinaryOperatorKind kind, NodeId a, NodeId b, clang::QualType type,
              clang::SourceLocation where);
  NodeId negate_integer(NodeId x, clang::QualType type, clang::SourceLocation where);
  NodeId fit_integer(NodeId x, clang::QualType from, clang::QualType to,
                     clang::SourceLocation where);
  std::optional<NodeId> signed_of_wrapped(const clang::CastExpr* e);
  Interval exact_range(const clang::Expr* e);
  NodeId subscript(const clang::Expr* e);
  NodeId low_bits(NodeId a, std::int64_t power, bool not_negative);
  bool is_small(NodeId node) const;
  void note_width(NodeId node, clang::QualType type);
  void note_constant_width(NodeId node);
  void refuse_huge_integers();

  // lower_place.cpp
  Place place(const clang::Expr* e);
  Place pointee(const clang::Expr* e);
  Place declared_place(const clang::DeclRefExpr* e);
  Place member_place(const clang::MemberExpr* e);
  Place element_place(const clang::ArraySubscriptExpr* e);
  Place temporary_place(const clang::MaterializeTemporaryExpr* e);
  Place unary_place(const clang::UnaryOperator* e);
  Place binary_place(const clang::BinaryOperator* e);
  Place conditional_place(const clang::ConditionalOperator* e);
  Place cast_place(const clang::CastExpr* e);
  Place called_place(const clang::CallExpr* e);
  Place address_operator(const clang::UnaryOperator* e);
  Place pointer_arithmetic(const clang::BinaryOperator* e);
  Place pointer_cast(const clang::CastExpr* e);
  Place constructed_span(const clang::CXXConstructExpr* e);
  Place braced_pointer(const clang::InitListExpr* e);
  Place this_place(const clang::CXXThisExpr* e);
  Place conditional_pointer(const clang::ConditionalOperator* e);
  Place advance(Place from, NodeId by, clang::SourceLocation where);
  Place follow(const Place& pointer, clang::SourceLocation where);
  Place base_place(Place derived, const clang::CastExpr* cast);
  Place keep(Value value, const std::string& name);
  std::optional<Place> joined(NodeId condition, const Place& a, const Place& b);
  [[noreturn]] void refuse_join(clang::SourceLocation where) const;

  // constants.cpp
  Place constant_place(const clang::VarDecl* variable, clang::SourceLocation where);
  Value constant_value(const clang::APValue& value, const Layout* layout,
                       clang::SourceLocation where);
  Value array_value(const Layout* layout, const std::vector<Value>& elements);
  void scalars_of(NodeId array, std::vector<NodeId>& scalars);
  NodeId integer_constant(const llvm::APSInt& value, clang::QualType type,
                          clang::SourceLocation where);

  // lower_object.cpp
  Value initial_value(const Layout* layout, const clang::Expr* e);
  Value listed(const clang::InitListExpr* e);
  Value listed_array(const Layout* layout, const clang::InitListExpr* e);
  Value listed_class(const Layout* layout, const clang::InitListExpr* e);
  Value constructed(const clang::CXXConstructExpr* e);
  void run_constructor(const clang::CXXConstructorDecl* constructor, const Place& object,
                       const std::vector<Place>& arguments, clang::SourceLocation call);

  // lower_tuple.cpp
  Value made_tuple(const Layout* layout, const std::vector<const clang::Expr*>& elements,
                   clang::SourceLocation where);
  /// What `std::get<i>` refers to.
  Place member_of_tuple(const clang::CallExpr* get);
  Value assigned_tuple(const clang::CallExpr* e);

  // lower_vector.cpp
  /// Of a vector of `length` elements; refuses lengths that are not known before the function runs.
  const Layout* vector_layout(clang::QualType vector, NodeId length, clang::SourceLocation where);
  Value zero_vector(clang::QualType vector, NodeId length, const std::string& name,
                    clang::SourceLocation where);
  Value filled_vector(clang::QualType vector, NodeId length, const Value& element,
                      clang::SourceLocation where);
  Value copied_range(clang::QualType vector, const Place& first, const Place& last,
                     clang::SourceLocation where);
  /// How many elements lie between two places in one array.
  NodeId distance(const Place& first, const Place& last, clang::SourceLocation where);
  /// `name`: of the variable that it makes; may be empty.
  Value constructed_vector(const clang::CXXConstructExpr* e, const std::string& name);
  Value listed_vector(clang::QualType vector, const clang::CXXStdInitializerListExpr* e);
  void assign_vector(const Place& vector, const Value& held, clang::SourceLocation where);
  /// The vector that an expression moves from; none where it copies.
  std::optional<Place> moved_from(const clang::Expr* e);
  /// Takes what is in a vector, which then has no elements.
  Value taken(const Place& vector, clang::QualType type, clang::SourceLocation where);
  /// The elements of a vector go elsewhere, or end: pointers and references to them are no longer
  /// followed.
  void elements_leave(const Place& vector, clang::SourceLocation where);
  [[noreturn]] void refuse_stale(clang::SourceLocation where) const;
  void follow_pointer_in(Slot slot, clang::SourceLocation where);
  void resize(const clang::CXXMemberCallExpr* e);
  void refill(const clang::CXXMemberCallExpr* e);

  // lower_call.cpp
  Value called(const clang::CallExpr* e);
  Value call_user(const clang::FunctionDecl* function, std::optional<Place> self,
                  const clang::CallExpr* e);
  Value call_bound(const clang::FunctionDecl* definition, std::optional<Place> self,
                   const std::vector<Place>& bound, clang::SourceLocation where);
  std::vector<Place> bind_arguments(const clang::FunctionDecl* function,
                                    const std::vector<const clang::Expr*>& arguments,
                                    bool right_to_left, clang::SourceLocation where);
  Place bind_argument(const clang::ParmVarDecl* parameter, const clang::Expr* argument);
  const clang::FunctionDecl* definition_of(const clang::FunctionDecl* function,
                                           clang::SourceLocation where) const;
  void enter(const clang::FunctionDecl* function, clang::SourceLocation call);
  Value leave(clang::SourceLocation where);
  void bind_captures(const clang::CXXMethodDecl* method, const Place& closure);

  // lower_known_call.cpp
  Value known_call(const KnownFunction& known, const clang::CallExpr* e);
  NodeId known_number(const KnownFunction& known, const clang::CallExpr* e);
  Place array_of_call(const clang::CallExpr* e);
  /// The subscript of `at`; refuses one that is not known to lie inside, where `at` throws.
  NodeId subscript_inside(const clang::CXXMemberCallExpr* at, const Layout* array);
  /// What the object of a member call refers to.
  Place element_at(const clang::CallExpr* iterator_call);
  void swap(const clang::CallExpr* e);
  std::optional<Place> known_place(const KnownFunction& known, const clang::CallExpr* e);
  NodeId operator_call(Op op, const clang::CallExpr* e);
  std::vector<NodeId> numbers(const clang::CallExpr* e, std::optional<clang::QualType> common);
  NodeId extreme_of_list(Op op, const clang::CallExpr* e);
  NodeId constant_call(const clang::CallExpr* e, const KnownFunction& known);

  // lower_algorithm.cpp
  /// A run of elements, as two iterators give it.
  struct Run {
    Place first;
    std::function<NodeId()> length;
  };
  Run run_of(const clang::CallExpr* e, unsigned first);
  /// A loop of that many trips: `once` writes `writes`, and what the function `calls` does.
  void over_run(const std::function<NodeId()>& length, std::vector<VariableId> writes,
                const std::vector<const clang::Expr*>& calls,
                const std::function<void(NodeId)>& once, clang::SourceLocation where);
  /// What an algorithm calls: a function, a lambda, a functor.
  struct Callee {
    const clang::Expr* written = nullptr;  ///< null: the operator
    clang::BinaryOperatorKind op = clang::BO_Add;
    std::optional<Place> object;
  };
  Callee callee_of(const clang::CallExpr* e, unsigned argument);
  Value call_with(const Callee& callee, const std::vector<Place>& arguments,
                  clang::SourceLocation where);
  const clang::FunctionDecl* chosen_overload(const clang::CXXRecordDecl* functor,
                                             const std::vector<Place>& arguments,
                                             clang::SourceLocation where);
  NodeId accumulated(KnownFunction::Kind kind, const clang::CallExpr* e);
  /// What `iota` and `partial_sum` write next, as an element; goes on with what they carry.
  Value carried_on(KnownFunction::Kind kind, const Place& carried, const Place& first, NodeId index,
                   const Layout* element, clang::SourceLocation where);
  Value filled_range(KnownFunction::Kind kind, const clang::CallExpr* e);
  Value for_each(const clang::CallExpr* e);
  Place extreme_element(bool largest, const clang::CallExpr* e);

  // lower_statement.cpp
  void statement(const clang::Stmt* s);
  void block(const std::vector<const clang::Stmt*>& statements, std::size_t from);
  void compound(const clang::CompoundStmt* s);
  void declaration(const clang::DeclStmt* s);
  void declare_variable(const clang::VarDecl* variable);
  void returns(const clang::ReturnStmt* s);
  void return_vector(const clang::Expr* e, clang::SourceLocation where);
  void breaks(const clang::BreakStmt* s);
  /// As a `break` of the innermost loop or switch.
  void leave_loop(clang::SourceLocation where);
  void continues(const clang::ContinueStmt* s);
  void attributed(const clang::AttributedStmt* s);
  void nothing(const clang::NullStmt* s);

  // lower_branch.cpp
  void branch(const clang::IfStmt* s);
  void switches(const clang::SwitchStmt* s);
  void lower_branch(NodeId condition, const std::function<void()>& a,
                    const std::function<void()>& b, clang::SourceLocation where);
  void join(NodeId condition, const Changes& a, const Changes& b, clang::SourceLocation where);
  Cell joined_cell(NodeId condition, const Cell& a, const Cell& b, const Variable& variable,
                   clang::SourceLocation where);
  void join_stopped(NodeId stopped, const Changes& rest, clang::SourceLocation where);
  NodeId stop_condition();
  void clear_flags();
  std::vector<VariableId> flags() const;
  NodeId negation(NodeId x);
  bool needs_guard(NodeId condition);
  NodeId disjunction(NodeId a, NodeId b);
  NodeId conjunction(NodeId a, NodeId b);
  NodeId select(NodeId condition, NodeId a, NodeId b);
  VariableId declare_flag(const std::string& name);

  // loop_header.cpp
  LoopHeader loop_header(const CountedLoop& loop);
  bool counts_down_first(const CountedLoop& loop, LoopHeader& header);
  /// What a condition compares the index to; empty where it does something else.
  std::optional<LoopBound> loop_bound(const LoopTest& test, const clang::VarDecl* index);
  /// Whether a test says how far the index goes, whatever the loop does.
  bool is_fixed_bound(const LoopBound& test, const LoopHeader& header, const Written& written);
  void refuse_wrapping_index(const LoopHeader& header, const LoopBound& until, NodeId begin);
  void read_increment(const clang::Expr* e, LoopHeader& header);

  // loop_forms.cpp
  void for_loop(const clang::ForStmt* s);
  void while_loop(const clang::WhileStmt* s);
  void do_loop(const clang::DoStmt* s);
  /// Finds the statement of the body that counts what the condition tests.
  void count_in_body(CountedLoop& loop);
  /// Of a loop without a condition, or one that always holds: the tests by which its body begins,
  /// or ends, `if (i >= n) break;`.
  void tests_in_body(CountedLoop& loop, const clang::Expr* condition);
  bool pointer_loop(const clang::ForStmt* s);

  // lower_loop.cpp
  void counted(const CountedLoop& loop);
  void range_for_loop(const clang::CXXForRangeStmt* s);
  struct LoopBody {
    std::function<NodeId()> bound;                ///< the range's end
    std::function<void(NodeId)> once;             ///< the body, for an index
    std::vector<const clang::Expr*> before;       ///< what the increment does before it counts
    std::vector<const clang::Expr*> after;        ///< and after that
    std::vector<LoopTest> last;                   ///< what must hold then
    std::vector<const clang::Stmt*> consists_of;  ///< what `once` lowers
    std::optional<VariableId> index;              ///< the author's index
    bool index_outlives = false;                  ///< it was declared before the loop
    std::vector<VariableId> writes;               ///< by `once`, besides what the text shows
    bool may_end_early = false;                   ///< `once` ends it where it leaves no trip
  };
  void loop(NodeId begin, std::int64_t step, const LoopBody& body, clang::SourceLocation where);
  /// The index that a test does not let pass.
  NodeId loop_end(const LoopHeader& header, const LoopBound& until, NodeId begin);
  NodeId bound_number(const LoopBound& until, const LoopHeader& header);
  /// `amount / factor`, rounded up or down; for an index that starts at `begin`.
  NodeId rounded(NodeId amount, std::int64_t factor, bool up, NodeId begin);
  /// Whether the far end of a loop, `x.size() - 1`, may be computed with a sign: a loop that
  /// nothing but its bound ends would not come to its end where that wraps around.
  bool never_wraps(const clang::Expr* end, const LoopHeader& header) const;
  /// The body where all of `holding` do, or else the end of the loop.
  void body_while(std::span<const LoopTest> holding, const std::vector<const clang::Stmt*>& body);
  void folded(NodeId begin, std::int64_t step, const LoopBody& body, VariableId broke,
              clang::SourceLocation where);
  void unrolled(std::int64_t begin, std::int64_t end, std::int64_t step, const LoopBody& body,
                VariableId broke, clang::SourceLocation where);
  void body_once(NodeId index, std::int64_t step, const LoopBody& body, VariableId broke,
                 clang::SourceLocation where);
  /// What a value is, as far as its form shows, where a loop has not been left.
  NodeId where_not(NodeId left, NodeId value) const;
  /// At the end of a trip: what the function returns is computed in trips that return only, since
  /// in others it may not be there.
  void guard_result();
  void next_trip(NodeId index, std::int64_t step, const LoopBody& body,
                 clang::SourceLocation where);
  std::vector<Slot> states_of(const Written& written);
  void close_loop(NodeId begin, NodeId end, std::int64_t step, const std::vector<Slot>& slots,
                  const std::vector<NodeId>& inits, const std::vector<NodeId>& nexts,
                  clang::SourceLocation where);
  std::vector<NodeId> substitute_all(const std::vector<NodeId>& roots, int level,
                                     const std::vector<NodeId>& values);

  // written_variables.cpp
  Written written_by(const std::vector<const clang::Stmt*>& statements);
  void mention(const Place& place, bool read_only, bool pointee_read_only, Written& written);

  // lower_function.cpp
  void add_parameter(const clang::ParmVarDecl* parameter, InterfaceTypes& types);
  void add_sequence(const clang::ParmVarDecl* parameter, const std::string& name,
                    InterfaceTypes& types);
  void add_spec_parameters(const clang::FunctionDecl* entry);
  std::string unused_name(const clang::FunctionDecl* entry, std::string name) const;
  const Layout* parameter_layout(const clang::ParmVarDecl* parameter, const std::string& name);
  void add_outputs(const clang::FunctionDecl* entry);
  void settle_lengths();
  NodeId given_length(const std::string& expression);
  void refuse_unknown_lengths();
  void settle_initial_values();
  bool is_overwritten(const Parameter& p, const Leaf& leaf) const;
  /// `from`: inputs that nothing reads; `zeros`: those that stand for zeros.
  void replace_inputs(const std::vector<NodeId>& from, const std::vector<NodeId>& zeros);
  void choose_roles(const clang::FunctionDecl* entry);
  void write_provenance();

  const clang::ASTContext& context_;
  const SourceFiles& files_;
  std::vector<std::string> wrt_;
  std::vector<std::string> cuts_;
  std::map<std::string, std::string> given_lengths_;  // by parameter
  Function f_;
  Graph& g_;
  Layouts layouts_;
  Environment env_;
  std::vector<Frame> frames_;
  std::vector<OpenLoop> loops_;
  std::unordered_map<const clang::VarDecl*, VariableId> constants_;
  llvm::DenseMap<const clang::Stmt*, bool> may_write_;  // of nodes with several operands
  struct Noted {
    NodeId node;
    ScopeId scope;
    Origin origin;
  };
  std::vector<Noted> origins_;
  struct UnknownLength {
    NodeId input;
    std::string subscript;  // the reason; empty: there is none
    std::string likely;     // what the author may have to say; may be empty
    SourceLocation where;
  };
  std::vector<UnknownLength> unknown_lengths_;
  std::unordered_set<Slot> stale_;             // pointers to elements that have gone
  std::unordered_set<NodeId> straight_reads_;  // elements read outside all loops and branches
  std::vector<bool> noted_;                    // by node: it has a place already
  std::vector<bool> guarded_;                  // by node: what needs_guard says
  std::unordered_map<std::string, TypeId> uninitialised_names_;
  std::unordered_map<NodeId, Interval> input_ranges_;  // of integer parameters and places found
  std::unordered_map<NodeId, clang::SourceLocation> declared_open_;  // of the `?` inputs
  std::unordered_set<NodeId> starts_as_zero_;  // those of them that are not open: zeros
  std::unordered_set<NodeId> overwritten_;     // and those that are written whole at once
  std::vector<const clang::ParmVarDecl*> parameter_decls_;  // null: a sequence's length
  std::vector<VariableId> parameters_;                      // storage of the entry's parameters
  std::vector<bool> writable_;               // whether the caller sees what is written to them
  std::vector<VariableId> local_variables_;  // of Function::locals
  std::int64_t spent_ = 0;
  int nesting_ = 0;
};

}  // namespace gradsmith::frontend
