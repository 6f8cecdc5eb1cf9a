// Tensors of a model: every dtype and field, and what does not fit.
#include "tgc/frontend/onnx/TensorData.h"

#include "tgc/frontend/onnx/ExternalData.h"
#include "tgc/frontend/onnx/tgc_onnx.pb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tgc::onnx {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;

TensorProto tensorOf(int32_t dtype, const std::vector<int64_t> &dims) {
  TensorProto tensor;
  tensor.set_data_type(dtype);
  for (int64_t dim : dims)
    tensor.add_dims(dim);
  return tensor;
}

absl::StatusOr<Value> read(TensorProto tensor, const Limits &limits = {}) {
  ExternalData none;
  return valueFromTensor(tensor, limits, "m.onnx: initializer 'w'", none);
}

template <class T> std::vector<T> elements(const absl::StatusOr<Value> &value) {
  EXPECT_TRUE(value.ok()) << value.status();
  if (!value.ok())
    return {};
  EXPECT_EQ(value->dtype, dtypeOf<T>);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(value->buffer->data()) % 64, 0u);
  return std::vector<T>(value->data<T>(),
                        value->data<T>() + value->numElements());
}

void expectRefused(const TensorProto &tensor, StatusCode code,
                   const std::string &text, const Limits &limits = {}) {
  const absl::Status status = read(tensor, limits).status();
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(text));
}

TEST(TensorDataTest, ReadsRawData) {
  TensorProto f = tensorOf(1, {2});
  f.set_raw_data(std::string("\x00\x00\xc0\x3f\x00\x00\x00\xc0", 8));
  EXPECT_THAT(elements<float>(read(f)), ElementsAre(1.5f, -2.0f));
  TensorProto i = tensorOf(6, {1, 1});
  i.set_raw_data(std::string("\xfe\xff\xff\xff", 4));
  EXPECT_THAT(elements<int32_t>(read(i)), ElementsAre(-2));
  EXPECT_EQ(read(i)->shape, Shape({1, 1}));
  TensorProto h = tensorOf(10, {1});
  h.set_raw_data(std::string("\x00\x3c", 2));
  EXPECT_THAT(elements<Half>(read(h)), ElementsAre(Half{0x3c00}));
}

TEST(TensorDataTest, ReadsTypedFields) {
  TensorProto f = tensorOf(1, {2});
  f.add_float_data(1.5f);
  f.add_float_data(-2.0f);
  EXPECT_THAT(elements<float>(read(f)), ElementsAre(1.5f, -2.0f));
  TensorProto d = tensorOf(11, {1});
  d.add_double_data(0.1);
  EXPECT_THAT(elements<double>(read(d)), ElementsAre(0.1));
  TensorProto l = tensorOf(7, {1});
  l.add_int64_data(INT64_MIN);
  EXPECT_THAT(elements<int64_t>(read(l)), ElementsAre(INT64_MIN));
  TensorProto u = tensorOf(2, {1});
  u.add_int32_data(255);
  EXPECT_THAT(elements<uint8_t>(read(u)), ElementsAre(255));
  TensorProto h = tensorOf(10, {1}); // a bit pattern
  h.add_int32_data(0xc000);
  EXPECT_THAT(elements<Half>(read(h)), ElementsAre(Half{0xc000}));
}

TEST(TensorDataTest, BoolIsZeroOrOne) {
  TensorProto raw = tensorOf(9, {4});
  raw.set_raw_data(std::string("\x00\x01\x02\xff", 4));
  const absl::StatusOr<Value> value = read(raw);
  ASSERT_TRUE(value.ok());
  EXPECT_THAT(
      std::vector<uint8_t>(value->data<uint8_t>(), value->data<uint8_t>() + 4),
      ElementsAre(0, 1, 1, 1));
  TensorProto typed = tensorOf(9, {2});
  typed.add_int32_data(0);
  typed.add_int32_data(7);
  EXPECT_THAT(elements<bool>(read(typed)), ElementsAre(false, true));
}

TEST(TensorDataTest, EmptyTensorsNeedNoData) {
  EXPECT_THAT(elements<float>(read(tensorOf(1, {0}))), ElementsAre());
  EXPECT_THAT(elements<int64_t>(read(tensorOf(7, {3, 0}))), ElementsAre());
}

TEST(TensorDataTest, RefusesDataThatDoesNotFit) {
  expectRefused(tensorOf(1, {}), StatusCode::kInvalidArgument,
                "m.onnx: initializer 'w': 0 elements; expected 1, the size of "
                "f32\n  fix: ");
  TensorProto raw = tensorOf(1, {3});
  raw.set_raw_data("12345678");
  expectRefused(raw, StatusCode::kInvalidArgument,
                "8 bytes of raw_data; expected 12, the size of 3xf32");
  raw.add_float_data(1);
  expectRefused(raw, StatusCode::kInvalidArgument,
                "both float_data and raw_data hold data");
  TensorProto other = tensorOf(1, {1});
  other.add_int64_data(1);
  expectRefused(other, StatusCode::kInvalidArgument,
                "data of f32 is in int64_data; expected raw_data or "
                "float_data");
  TensorProto wide = tensorOf(2, {2});
  wide.add_int32_data(0);
  wide.add_int32_data(256);
  expectRefused(wide, StatusCode::kInvalidArgument,
                "element 1 is 256, which is no u8");
}

TEST(TensorDataTest, RefusesShapesBeforeAllocating) {
  expectRefused(tensorOf(1, {-1}), StatusCode::kInvalidArgument,
                "dims -1 are negative");
  expectRefused(tensorOf(1, {int64_t{1} << 62, 4}),
                StatusCode::kInvalidArgument, "hold more than");
  expectRefused(tensorOf(1, {int64_t{1} << 41}), StatusCode::kInvalidArgument,
                "hold more than 1099511627776 elements");
  // Within the limit, but nothing backs it: refused by length.
  expectRefused(tensorOf(1, {int64_t{1} << 39}), StatusCode::kInvalidArgument,
                "0 elements; expected 549755813888");
  expectRefused(tensorOf(1, std::vector<int64_t>(33, 1)),
                StatusCode::kResourceExhausted,
                "33 dimensions; expected at most 32");
}

TEST(TensorDataTest, NamesWhatIsNotSupported) {
  auto reason = [](const TensorProto &tensor) {
    const absl::Status status = read(tensor).status();
    EXPECT_EQ(status.code(), StatusCode::kUnimplemented);
    return std::string(status.message());
  };
  EXPECT_EQ(reason(tensorOf(16, {1})), "dtype bf16");
  EXPECT_EQ(reason(tensorOf(17, {1})), "dtype f8e4m3fn");
  EXPECT_EQ(reason(tensorOf(8, {1})), "dtype str");
  EXPECT_EQ(reason(tensorOf(99, {1})), "dtype number 99");
  EXPECT_EQ(reason(tensorOf(-1, {1})), "dtype number -1");
  TensorProto segment = tensorOf(1, {1});
  segment.mutable_segment()->set_begin(0);
  EXPECT_EQ(reason(segment), "not-yet; data comes in segments");
}

TEST(TensorDataTest, IdsAreThoseOfOnnx) {
  for (int32_t id = -3; id < 40; ++id)
    if (const std::optional<DType> dtype = dtypeFromId(id))
      EXPECT_EQ(idFromDType(*dtype), id);
  EXPECT_EQ(dtypeFromId(1), DType::f32);
  EXPECT_EQ(dtypeFromId(9), DType::i1);
  EXPECT_EQ(dtypeFromId(0), std::nullopt);
  EXPECT_EQ(dtypeFromId(27), std::nullopt);
}

} // namespace
} // namespace tgc::onnx
