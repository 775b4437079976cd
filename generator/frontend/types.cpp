#include "frontend/types.hpp"

#include <clang/AST/DeclTemplate.h>
#include <fmt/format.h>

#include <set>

namespace gradsmith::frontend {
namespace {

using clang::QualType;

Refusal unsuitable(QualType type, const std::string& why, const std::string& way_out) {
  return Refusal("gs-type",
                 fmt::format("values of type '{}' are not handled: {}", shown(type), why), way_out);
}

LeafLayout inside_array(std::int64_t extent, LeafLayout leaf) {
  leaf.steps.insert(leaf.steps.begin(), Step{});
  leaf.extents.insert(leaf.extents.begin(), extent);
  return leaf;
}

Layout array_of(QualType type, const Layout* element, std::int64_t extent,
                NodeId length = kNoNode) {
  if (extent <= 0 && length == kNoNode) throw unsuitable(type, "it has no elements", "");
  Layout layout;
  layout.kind = Layout::Kind::Array;
  layout.type = type;
  layout.inside = element;
  layout.extent = extent;
  layout.length = length;
  for (const LeafLayout& leaf : element->leaves) {
    if (leaf.address) {
      throw unsuitable(type, "it is an array of pointers or references",
                       "use the arrays themselves, or an array of indices");
    }
    layout.leaves.push_back(inside_array(extent, leaf));
    layout.leaves.back().length = length;
  }
  return layout;
}

}  // namespace

const Layout::Member* Layout::member(const clang::FieldDecl* field) const {
  for (const Member& m : members) {
    if (m.field && m.field->getCanonicalDecl() == field->getCanonicalDecl()) return &m;
  }
  return nullptr;
}

const Layout::Member* Layout::base(const clang::CXXRecordDecl* wanted) const {
  for (const Member& m : members) {
    if (m.base && m.base->getCanonicalDecl() == wanted->getCanonicalDecl()) return &m;
  }
  return nullptr;
}

std::string shown(QualType type) {
  clang::LangOptions language;
  language.CPlusPlus = true;
  clang::PrintingPolicy policy(language);
  policy.adjustForCPlusPlus();
  policy.SuppressInlineNamespace = true;
  return type.getAsString(policy);
}

std::optional<Element> element_of(QualType type) {
  type = type.getCanonicalType();
  if (const auto* e = type->getAs<clang::EnumType>()) {
    return e->getDecl()->isComplete() ? element_of(e->getDecl()->getIntegerType()) : std::nullopt;
  }
  const auto* builtin = type->getAs<clang::BuiltinType>();
  if (!builtin) return std::nullopt;
  switch (builtin->getKind()) {
    case clang::BuiltinType::Bool:
      return Element::Bool;
    case clang::BuiltinType::Float:
      return Element::F32;
    case clang::BuiltinType::Double:
      return Element::F64;
    case clang::BuiltinType::Int128:
    case clang::BuiltinType::UInt128:
      return std::nullopt;
    default:
      return builtin->isInteger() ? std::optional(Element::Index) : std::nullopt;
  }
}

const clang::CXXRecordDecl* record_of(QualType type) {
  const clang::CXXRecordDecl* record = type.getCanonicalType()->getAsCXXRecordDecl();
  return record && record->hasDefinition() ? record->getDefinition() : nullptr;
}

bool is_std_array(const clang::CXXRecordDecl* record) {
  return record && record->isInStdNamespace() && record->getIdentifier() &&
         record->getName() == "array" && llvm::isa<clang::ClassTemplateSpecializationDecl>(record);
}

bool is_tuple(const clang::CXXRecordDecl* record) {
  return record && record->isInStdNamespace() && record->getIdentifier() &&
         (record->getName() == "pair" || record->getName() == "tuple") &&
         llvm::isa<clang::ClassTemplateSpecializationDecl>(record);
}

Sequence sequence_of(const clang::CXXRecordDecl* record) {
  const auto* made = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record);
  if (!made || !made->isInStdNamespace() || !made->getIdentifier()) return Sequence::None;
  if (made->getName() == "vector") return Sequence::Vector;
  if (made->getName() != "span") return Sequence::None;
  // std::dynamic_extent is the largest number.
  const auto& arguments = made->getTemplateArgs();
  const bool open = arguments.size() > 1 &&
                    arguments[1].getKind() == clang::TemplateArgument::Integral &&
                    arguments[1].getAsIntegral().isMaxValue();
  return open ? Sequence::Span : Sequence::None;
}

Sequence sequence_of(QualType type) {
  return sequence_of(type.getNonReferenceType().getCanonicalType()->getAsCXXRecordDecl());
}

bool is_vector(QualType type) {
  return !type->isReferenceType() && sequence_of(type) == Sequence::Vector;
}

bool is_iterator(const clang::CXXRecordDecl* record) {
  const auto* made = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record);
  if (!made || !made->getIdentifier()) return false;
  // Of libstdc++ and libc++.
  const llvm::StringRef name = made->getName();
  return name == "__normal_iterator" || (made->isInStdNamespace() && name == "__wrap_iter");
}

QualType sequence_element(QualType type) {
  const QualType object = type.getNonReferenceType().getCanonicalType();
  const auto* made =
      llvm::cast<clang::ClassTemplateSpecializationDecl>(object->getAsCXXRecordDecl());
  QualType element = made->getTemplateArgs()[0].getAsType();
  if (sequence_of(made) == Sequence::Vector && object.isConstQualified()) element.addConst();
  return element;
}

bool is_writable(QualType type, const clang::ASTContext& context) {
  return !context.getBaseElementType(type.getNonReferenceType()).isConstQualified();
}

const Layout* Layouts::of(QualType given) {
  if (context_.getBaseElementType(given.getNonReferenceType()).isVolatileQualified()) {
    throw Refusal("gs-volatile", "volatile objects are not handled", "drop the volatile");
  }
  const QualType type = context_.getUnqualifiedArrayType(given.getCanonicalType());
  const auto found = made_.find(type.getAsOpaquePtr());
  if (found != made_.end()) return found->second.get();
  auto made = std::make_unique<Layout>(make(type));
  return made_.emplace(type.getAsOpaquePtr(), std::move(made)).first->second.get();
}

const Layout* Layouts::run_time_array(QualType element, NodeId length) {
  const Layout* inside = of(element);
  const QualType whole =
      context_.getIncompleteArrayType(inside->type, clang::ArraySizeModifier::Normal, 0);
  run_time_arrays_.push_back(
      std::make_unique<Layout>(array_of(whole, inside, kRunTimeExtent, length)));
  return run_time_arrays_.back().get();
}

Layout Layouts::make(QualType type) {
  Layout layout;
  layout.type = type;
  if (const auto element = element_of(type)) {
    layout.kind = Layout::Kind::Number;
    layout.element = *element;
    layout.leaves.push_back({{}, {}, kNoNode, *element, false, false, type});
    return layout;
  }
  if (type->isPointerType() || type->isReferenceType()) {
    layout.kind = Layout::Kind::Address;
    layout.leaves.push_back({{}, {}, kNoNode, Element::Index, true, false, {}});
    return layout;
  }
  if (const auto* array = context_.getAsConstantArrayType(type)) {
    return array_of(type, of(array->getElementType()), array->getSize().getSExtValue());
  }
  if (type->isVariableArrayType() || type->isIncompleteArrayType()) {
    throw unsuitable(type, "its length is not a constant", "write a constant bound");
  }
  if (const auto* record = record_of(type)) return make_class(type, record);
  if (type->isSpecificBuiltinType(clang::BuiltinType::LongDouble)) {
    throw unsuitable(type, "its precision differs from machine to machine", "use double");
  }
  if (type->isVoidType()) throw unsuitable(type, "it is no object", "");
  throw unsuitable(type, "only bool, integers, float, double, arrays and classes of them are",
                   "use double or float");
}

Layout Layouts::make_tuple(QualType type, const clang::CXXRecordDecl* record) {
  Layout layout;
  layout.kind = Layout::Kind::Class;
  layout.type = type;
  const auto add = [&](const clang::FieldDecl* field, QualType of_member, const std::string& name) {
    const Layout* member = of(of_member);
    layout.members.push_back({field, nullptr, member, layout.leaves.size()});
    for (LeafLayout leaf : member->leaves) {
      leaf.steps.insert(leaf.steps.begin(), Step{name});
      layout.leaves.push_back(std::move(leaf));
    }
  };
  if (record->getName() == "pair") {
    for (const clang::FieldDecl* field : record->fields()) {
      add(field, field->getType(), field->getName().str());
    }
    return layout;
  }
  const auto& arguments =
      llvm::cast<clang::ClassTemplateSpecializationDecl>(record)->getTemplateArgs();
  for (const clang::TemplateArgument& part : arguments[0].pack_elements()) {
    add(nullptr, part.getAsType(), fmt::format("element{}", layout.members.size()));
  }
  return layout;
}

Layout Layouts::make_class(QualType type, const clang::CXXRecordDecl* record) {
  if (is_std_array(record)) {
    const auto& arguments =
        llvm::cast<clang::ClassTemplateSpecializationDecl>(record)->getTemplateArgs();
    Layout layout =
        array_of(type, of(arguments[0].getAsType()), arguments[1].getAsIntegral().getSExtValue());
    for (LeafLayout& leaf : layout.leaves) leaf.steps.front().of_class = true;
    return layout;
  }
  if (sequence_of(record) == Sequence::Span || is_iterator(record)) {
    // Its value is the array that it refers to, or the element.
    Layout layout;
    layout.kind = Layout::Kind::Address;
    layout.type = type;
    layout.leaves.push_back({{}, {}, kNoNode, Element::Index, true, false, {}});
    return layout;
  }
  if (sequence_of(record) == Sequence::Vector) {
    throw Refusal("gs-allocation", "a std::vector is not handled here: how long it is is not known",
                  "use one array, row after row, and vectors as variables of their own");
  }
  if (is_tuple(record)) return make_tuple(type, record);
  if (context_.getSourceManager().isInSystemHeader(record->getLocation())) {
    throw unsuitable(type,
                     "of library classes only std::array, pairs, tuples, spans and vectors are "
                     "known",
                     "use std::array, a C array or a plain struct");
  }
  if (record->isUnion()) throw unsuitable(type, "it is a union", "use a struct");
  if (record->isPolymorphic() || record->getNumVBases() > 0) {
    throw Refusal("gs-virtual-call",
                  fmt::format("'{}' has virtual functions or bases", shown(type)),
                  "call functions that are known when compiling");
  }
  if (!record->hasTrivialDestructor()) {
    throw unsuitable(type, "its destructor does something", "use a class without a destructor");
  }
  Layout layout;
  layout.kind = Layout::Kind::Class;
  layout.type = type;
  std::set<std::string> names;
  const auto add = [&](Layout::Member member, const std::string& name) {
    member.first = layout.leaves.size();
    const bool is_const = member.field && !is_writable(member.field->getType(), context_);
    for (LeafLayout leaf : member.layout->leaves) {
      leaf.read_only = leaf.read_only || is_const;
      if (!name.empty()) leaf.steps.insert(leaf.steps.begin(), Step{name});
      if (!names.insert(leaf_name("", leaf.steps)).second) {
        throw unsuitable(type, "a member of it hides one of its base class", "rename one");
      }
      layout.leaves.push_back(std::move(leaf));
    }
    layout.members.push_back(member);
  };
  for (const clang::CXXBaseSpecifier& base : record->bases()) {
    add({nullptr, record_of(base.getType()), of(base.getType()), 0}, "");
  }
  for (const clang::FieldDecl* field : record->fields()) {
    if (field->isBitField()) throw unsuitable(type, "it has bit-fields", "use whole integers");
    if (field->isAnonymousStructOrUnion()) {
      throw unsuitable(type, "it has an anonymous member", "give the member a name");
    }
    // A lambda's captures have no names of their own.
    const std::string name = field->getIdentifier()
                                 ? field->getName().str()
                                 : fmt::format("capture{}", field->getFieldIndex());
    add({field, nullptr, of(field->getType()), 0}, name);
  }
  return layout;
}

}  // namespace gradsmith::frontend
