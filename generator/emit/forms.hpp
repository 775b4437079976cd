#pragma once

// Which terms get a statement of their own, and which are written inside the expression that uses
// them. A name goes to what is used more than once, to the author's named locals, and to parts of
// expressions that would not fit a line.

#include <vector>

#include "emit/placement.hpp"

namespace gradsmith {

enum class Form : std::uint8_t {
  Inline,     ///< part of the statement that uses it
  Defined,    ///< a const local
  Exported,   ///< a local that is declared before the `if` in which it is computed
  Assigned,   ///< a local that the sides of an `if` assign
  Statement,  ///< a loop or an assignment to memory: no local
};

class Forms {
 public:
  explicit Forms(const Placement& placement);

  Form of(InstanceId i) const { return forms_[i]; }
  /// Whether a group's branches are written as `c ? a : b`, each by itself.
  bool is_conditional_expression(GroupId g) const { return conditional_[g]; }
  /// Whether an instance is spelled as a choice between two sides: a branch that is no `if`, a
  /// minimum or a maximum. It stands alone on the right side of a statement.
  bool is_choice(InstanceId i) const;
  /// The outermost ?: in a side of which an instance stands; itself where there is none.
  InstanceId choice_around(InstanceId i) const;
  /// The branch whose local an Assigned branch assigns: itself, or the one around it of which it
  /// is a side, so that nested choices need one name.
  InstanceId variable_of(InstanceId i) const { return variable_[i]; }
  /// The branch that is the whole of the return value and of its `if`, so that the sides may
  /// return; kNowhere where there is none.
  InstanceId returning_branch() const { return returning_; }
  /// Whether a branch is all that its `if` decides.
  bool is_only_member(InstanceId i) const {
    return placement_.groups()[instance(i).group].members.size() == 1;
  }

 private:
  void find_conditional_expressions();
  void find_partners();
  void name_what_is_shared();
  void share_variables();
  void split_what_is_wide();
  void read_before_writing();
  void read_before_overwriting();

  Form form_of(InstanceId i) const;
  bool is_plain_side(GroupId g, std::size_t side) const;
  bool is_leaf(NodeId node, RegionId seen_from, RegionId side, std::size_t& content) const;
  bool is_element(InstanceId i) const;
  bool same_name_as_user(InstanceId i) const;
  int shown_width(InstanceId i, NodeId node) const;
  int repeated_width(InstanceId assignment) const;
  int own_width(InstanceId i) const;
  bool needs_parentheses(const OpRow& row, InstanceId operand, std::size_t k) const;
  bool reads_memory(InstanceId root, std::vector<InstanceId>& loads) const;
  const Terms& terms() const { return placement_.terms(); }
  const Instance& instance(InstanceId i) const { return placement_.instances()[i]; }

  const Placement& placement_;
  std::vector<Form> forms_;
  std::vector<bool> conditional_;
  std::vector<bool> partnered_;      // sine and cosine of one argument in one region
  std::vector<std::uint32_t> uses_;  // how often an instance would be spelled
  std::vector<InstanceId> user_;     // the last one seen; kNowhere: a store
  std::vector<InstanceId> variable_;
  InstanceId returning_ = kNowhere;
  std::vector<int> width_;  // of what stands to the right of `=`, in columns
};

/// The operator that is computed together with this one on the same argument (sine with cosine);
/// Constant for none.
Op partner_of(Op op);

}  // namespace gradsmith
