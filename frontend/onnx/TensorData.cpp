// Tensors of a model as values: every check on the way.
#include "tgc/frontend/onnx/TensorData.h"

#include "absl/strings/str_cat.h"
#include "tgc/frontend/onnx/ExternalData.h"
#include "tgc/frontend/onnx/WireScan.h"
#include "tgc/frontend/onnx/tgc_onnx.pb.h"

#include <cstring>
#include <limits>
#include <memory>

namespace tgc::onnx {
namespace {

struct DTypeId {
  int32_t id;
  const char *name;
  std::optional<DType> dtype;
};

constexpr DTypeId dtypeIds[] = {
    {1, "f32", DType::f32},         {2, "u8", DType::u8},
    {3, "i8", DType::i8},           {4, "u16", DType::u16},
    {5, "i16", DType::i16},         {6, "i32", DType::i32},
    {7, "i64", DType::i64},         {8, "str", DType::str},
    {9, "i1", DType::i1},           {10, "f16", DType::f16},
    {11, "f64", DType::f64},        {12, "u32", DType::u32},
    {13, "u64", DType::u64},        {14, "c64", DType::c64},
    {15, "c128", DType::c128},      {16, "bf16", DType::bf16},
    {17, "f8e4m3fn", std::nullopt}, {18, "f8e4m3fnuz", std::nullopt},
    {19, "f8e5m2", std::nullopt},   {20, "f8e5m2fnuz", std::nullopt},
    {21, "u4", std::nullopt},       {22, "i4", std::nullopt},
    {23, "f4e2m1", std::nullopt},   {24, "f8e8m0", std::nullopt},
    {25, "u2", std::nullopt},       {26, "i2", std::nullopt},
};

/// The fields of TensorProto that hold elements.
enum class DataField { None, Float, Int32, String, Int64, Raw, Double, Uint64 };

constexpr const char *dataFieldNames[] = {
    "no data field", "float_data", "int32_data",  "string_data",
    "int64_data",    "raw_data",   "double_data", "uint64_data"};

/// The one data field that is set. Errors: InvalidArgument if there are two.
absl::StatusOr<DataField> dataField(const TensorProto &tensor,
                                    const std::string &where) {
  const std::pair<DataField, bool> fields[] = {
      {DataField::Float, tensor.float_data_size() > 0},
      {DataField::Int32, tensor.int32_data_size() > 0},
      {DataField::String, tensor.string_data_size() > 0},
      {DataField::Int64, tensor.int64_data_size() > 0},
      {DataField::Raw, !tensor.raw_data().empty()},
      {DataField::Double, tensor.double_data_size() > 0},
      {DataField::Uint64, tensor.uint64_data_size() > 0},
  };
  DataField found = DataField::None;
  for (auto [field, set] : fields) {
    if (!set)
      continue;
    if (found != DataField::None)
      return absl::InvalidArgumentError(absl::StrCat(
          where, ": both ", dataFieldNames[static_cast<size_t>(found)], " and ",
          dataFieldNames[static_cast<size_t>(field)],
          " hold data; expected one data field\n  fix: export the model "
          "again"));
    found = field;
  }
  return found;
}

/// Converts `count` numbers of a repeated field; `from` gives nothing for one
/// that the dtype does not hold.
template <class To, class Field, class From>
absl::Status copyField(const Field &field, To *to, DType dtype,
                       const std::string &where, From from) {
  for (int i = 0; i < field.size(); ++i) {
    const std::optional<To> value = from(field.Get(i));
    if (!value)
      return absl::InvalidArgumentError(absl::StrCat(
          where, ": element ", i, " is ", field.Get(i), ", which is no ",
          std::string(dtypeName(dtype)), "\n  fix: export the model again"));
    to[i] = *value;
  }
  return absl::OkStatus();
}

template <class To> std::optional<To> inRange(int32_t value) {
  if (value < static_cast<int64_t>(std::numeric_limits<To>::min()) ||
      value > static_cast<int64_t>(std::numeric_limits<To>::max()))
    return std::nullopt;
  return static_cast<To>(value);
}

/// Any byte of a file may be in a bool.
void makeBools(Value &value) {
  if (value.dtype == DType::i1)
    for (int64_t i = 0; i < value.numElements(); ++i)
      value.data<uint8_t>()[i] = value.data<uint8_t>()[i] != 0;
}

void copyRaw(TensorProto &tensor, Value &value) {
  const std::unique_ptr<std::string> raw(tensor.release_raw_data());
  std::memcpy(value.data<char>(), raw->data(), raw->size());
  makeBools(value);
}

/// The field, other than raw_data, that holds elements of `dtype`.
DataField typedField(DType dtype) {
  switch (dtype) {
  case DType::f32:
    return DataField::Float;
  case DType::f64:
    return DataField::Double;
  case DType::i64:
    return DataField::Int64;
  default: // of the dtypes with storage
    return DataField::Int32;
  }
}

absl::Status copyTyped(const TensorProto &tensor, Value &value,
                       const std::string &where) {
  const DType dtype = value.dtype;
  switch (dtype) {
  case DType::f32:
    return copyField(tensor.float_data(), value.data<float>(), dtype, where,
                     [](float v) { return std::optional(v); });
  case DType::f64:
    return copyField(tensor.double_data(), value.data<double>(), dtype, where,
                     [](double v) { return std::optional(v); });
  case DType::i64:
    return copyField(tensor.int64_data(), value.data<int64_t>(), dtype, where,
                     [](int64_t v) { return std::optional(v); });
  case DType::i32:
    return copyField(tensor.int32_data(), value.data<int32_t>(), dtype, where,
                     inRange<int32_t>);
  case DType::u8:
    return copyField(tensor.int32_data(), value.data<uint8_t>(), dtype, where,
                     inRange<uint8_t>);
  case DType::i1:
    return copyField(tensor.int32_data(), value.data<bool>(), dtype, where,
                     [](int32_t v) { return std::optional(v != 0); });
  default: // f16, as bits
    return copyField(tensor.int32_data(), value.data<uint16_t>(), dtype, where,
                     inRange<uint16_t>);
  }
}

} // namespace

std::optional<DType> dtypeFromId(int32_t id) {
  for (const DTypeId &row : dtypeIds)
    if (row.id == id)
      return row.dtype;
  return std::nullopt;
}

int32_t idFromDType(DType dtype) {
  for (const DTypeId &row : dtypeIds)
    if (row.dtype == dtype)
      return row.id;
  return 0;
}

std::string dtypeIdText(int32_t id) {
  for (const DTypeId &row : dtypeIds)
    if (row.id == id)
      return row.name;
  return absl::StrCat("number ", id);
}

absl::StatusOr<Value> valueFromTensor(TensorProto &tensor, const Limits &limits,
                                      const std::string &where,
                                      ExternalData &external) {
  const std::optional<DType> dtype = dtypeFromId(tensor.data_type());
  if (!dtype || !isStored(*dtype))
    return absl::UnimplementedError(
        absl::StrCat("dtype ", dtypeIdText(tensor.data_type())));
  if (tensor.has_segment())
    return absl::UnimplementedError("not-yet; data comes in segments");
  if (tensor.dims_size() > limits.rank)
    return absl::ResourceExhaustedError(absl::StrCat(
        where, ": ", tensor.dims_size(), " dimensions; expected at most ",
        limits.rank, "\n  fix: raise Limits::rank"));

  const Shape shape(tensor.dims().begin(), tensor.dims().end());
  const std::optional<int64_t> count = checkedProduct(shape);
  if (!count || *count > limits.elements)
    return absl::InvalidArgumentError(absl::StrCat(
        where, ": dims ", shapeText(shape), " are negative or hold more than ",
        limits.elements, " elements\n  fix: export the model again"));
  // The count is at most 2^40, an element at most 16 bytes.
  const int64_t bytes = *count * static_cast<int64_t>(dtypeBytes(*dtype));
  TGC_ASSIGN_OR_RETURN(const DataField field, dataField(tensor, where));
  if (tensor.data_location() != 0) {
    if (field != DataField::None)
      return absl::InvalidArgumentError(absl::StrCat(
          where, ": ", dataFieldNames[static_cast<size_t>(field)],
          " holds data, and so does another file; expected one of them\n  "
          "fix: export the model again"));
    Value value{*dtype, shape, nullptr};
    TGC_ASSIGN_OR_RETURN(
        value.buffer,
        external.read(tensor, bytes, typeText(*dtype, shape), where));
    makeBools(value);
    return value;
  }
  const DataField typed = typedField(*dtype);
  if (field != DataField::None && field != DataField::Raw && field != typed)
    return absl::InvalidArgumentError(absl::StrCat(
        where, ": data of ", std::string(dtypeName(*dtype)), " is in ",
        dataFieldNames[static_cast<size_t>(field)], "; expected raw_data or ",
        dataFieldNames[static_cast<size_t>(typed)],
        "\n  fix: export the model again"));

  int64_t got = 0, expected = *count;
  const char *unit = " elements";
  switch (field) {
  case DataField::Raw:
    got = static_cast<int64_t>(tensor.raw_data().size());
    expected = bytes;
    unit = " bytes of raw_data";
    break;
  case DataField::Float:
    got = tensor.float_data_size();
    break;
  case DataField::Double:
    got = tensor.double_data_size();
    break;
  case DataField::Int64:
    got = tensor.int64_data_size();
    break;
  case DataField::Int32:
    got = tensor.int32_data_size();
    break;
  default:
    break;
  }
  if (got != expected)
    return absl::InvalidArgumentError(
        absl::StrCat(where, ": ", got, unit, "; expected ", expected,
                     ", the size of ", typeText(*dtype, shape),
                     "\n  fix: the file is damaged; export the model again"));

  // Only now is the size backed by bytes of the file.
  TGC_ASSIGN_OR_RETURN(Value value, Value::allocate(*dtype, shape));
  if (field == DataField::Raw)
    copyRaw(tensor, value);
  else if (field != DataField::None)
    TGC_RETURN_IF_ERROR(copyTyped(tensor, value, where));
  return value;
}

absl::StatusOr<Value> parseTensor(absl::Span<const uint8_t> bytes,
                                  const Limits &limits,
                                  const std::string &where) {
  TGC_RETURN_IF_ERROR(scanTensor(bytes, limits, where));
  TensorProto tensor;
  if (!tensor.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return absl::InvalidArgumentError(
        absl::StrCat(where, ": the message does not parse; expected an ONNX "
                            "tensor\n  fix: write it again with "
                            "onnx.numpy_helper.from_array"));
  ExternalData none;
  return valueFromTensor(tensor, limits, where, none);
}

} // namespace tgc::onnx
