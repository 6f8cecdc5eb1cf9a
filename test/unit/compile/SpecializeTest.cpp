// Programs with known sizes and baked inputs, against the same ones without.
#include "tgc/frontend/api/tgc.h"
#include "tgc/test/unit/onnx/ModelBytes.h"

#include <filesystem>

namespace tgc {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string path(const std::string &name, const std::string &content) {
  fs::path file = fs::path(testing::TempDir()) / name;
  std::ofstream(file, std::ios::binary) << content;
  return file.string();
}

/// The message without the folder that the file is in and the place here.
std::string errorOf(const std::string &file, const LoadOptions &options) {
  try {
    Program::load(file, options);
  } catch (const Error &error) {
    std::string text = error.what();
    if (size_t at = text.find(testing::TempDir()); at != text.npos)
      text.erase(at, testing::TempDir().size());
    if (size_t at = text.find(" [SpecializeTest.cpp:"); at != text.npos)
      text.erase(at, text.find(']', at) + 1 - at);
    return text;
  }
  return "";
}

std::string signatureOf(const Program &program) {
  std::ostringstream text;
  Signature signature = program.functions()[0];
  for (const auto *specs : {&signature.inputs, &signature.outputs}) {
    text << (specs == &signature.inputs ? "" : "->");
    for (const TensorSpec &spec : *specs) {
      text << ' ' << spec.name << ':';
      for (const Dim &dim : spec.dims)
        text << dim << 'x';
    }
  }
  return text.str();
}

/// y = (2 * reshape(x) + w) * d, whose sizes are arithmetic on n.
const char *const text = R"(
func.func private @twice(%a: tensor<?xf32> {tgc.dims = ["k"]}) -> tensor<?xf32> {
  %b = tgc.add %a, %a : tensor<?xf32>
  return %b : tensor<?xf32>
}
func.func @main(%x: tensor<?x3xf32> {tgc.name = "x", tgc.dims = ["n", ""]}, %w: tensor<?xf32> {tgc.name = "w", tgc.dims = ["m"]}, %d: tensor<f32> {tgc.name = "d"}) -> (tensor<?xf32> {tgc.name = "y"}) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %n = tensor.dim %x, %c0 : tensor<?x3xf32>
  %m = arith.muli %n, %c3 : index
  %r = tgc.reshape %x to [%m] : (tensor<?x3xf32>) -> tensor<?xf32>
  %t = func.call @twice(%r) : (tensor<?xf32>) -> tensor<?xf32>
  %u = tgc.add %t, %w : tensor<?xf32>
  %g = tgc.broadcast_in_dim %d to [%m] {dims = []} : (tensor<f32>) -> tensor<?xf32>
  %v = tgc.multiply %u, %g : tensor<?xf32>
  return %v : tensor<?xf32>
}
)";

Tensor x() { return tensor({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}); }
Tensor w() { return tensor({1.f, 0.f, 0.f, 0.f, 0.f, 1.f}); }
Tensor d() { return tensor(10.f); }

std::vector<float> result(const std::vector<Tensor> &results) {
  std::span<const float> data = results[0].data<float>();
  return {data.begin(), data.end()};
}
const auto expected = ElementsAre(30, 40, 60, 80, 100, 130);

class Specialize : public testing::Test {
protected:
  std::string file = path("specialize.mlir", text);
};

TEST_F(Specialize, SizesBecomeStatic) {
  EXPECT_EQ(signatureOf(Program::load(file)), " x:nx3x w:mx d:-> y:3*nx");
  Program one = Program::load(file, {.dims = {{"n", 2}}});
  EXPECT_EQ(signatureOf(one), " x:2x3x w:mx d:-> y:6x");
  Program both = Program::load(file, {.shapes = {{"x", {2, 3}}, {"w", {6}}}});
  EXPECT_EQ(signatureOf(both), " x:2x3x w:6x d:-> y:6x");
  EXPECT_THAT(both.to_mlir(), Not(HasSubstr("?")));
  for (const Program &program : {one, both}) {
    std::vector<Tensor> inputs{x(), w(), d()};
    EXPECT_THAT(result(program.interpret(inputs)), expected);
    EXPECT_THAT(result(compile(program).run(inputs)), expected);
    EXPECT_EQ(signatureOf(Program::parse(program.to_mlir())),
              signatureOf(program));
  }
}

TEST_F(Specialize, InputsBecomeConstants) {
  // x tells n, and w stands before what is left.
  Program program =
      Program::load(file, {.constants = {{"x", x()}, {"w", w()}}});
  EXPECT_EQ(signatureOf(program), " d:-> y:6x");
  std::vector<Tensor> inputs{d()};
  EXPECT_THAT(result(program.interpret(inputs)), expected);
  EXPECT_THAT(result(compile(program).run(inputs)), expected);
  EXPECT_EQ(signatureOf(Program::load(file, {.constants = {{"d", d()}}})),
            " x:nx3x w:mx-> y:3*nx");
}

TEST_F(Specialize, SaysWhatDoesNotFit) {
  EXPECT_EQ(errorOf(file, {.dims = {{"nn", 2}}}),
            "TGC-E0202: specialize.mlir: there is no size 'nn'; expected one "
            "of: 'm', 'n'\n  fix: write 'n'");
  EXPECT_EQ(errorOf(file, {.shapes = {{"image", {2}}}}),
            "TGC-E0202: specialize.mlir: there is no input 'image'; expected "
            "one of: 'd', 'w', 'x'\n  fix: give one of these names");
  EXPECT_THAT(errorOf(file, {.constants = {{"z", d()}}}),
              HasSubstr("there is no input 'z'"));
  EXPECT_EQ(errorOf(file, {.shapes = {{"x", {2, 4}}}}),
            "TGC-E0402: specialize.mlir: input 'x': the shape given has size 4 "
            "in dimension 1; expected 3\n  fix: give it as 2x3xf32");
  EXPECT_THAT(errorOf(file, {.shapes = {{"x", {2}}}}),
              HasSubstr("input 'x' was given 1 sizes; expected 2 numbers"));
  EXPECT_EQ(errorOf(file, {.dims = {{"n", 3}}, .shapes = {{"x", {2, 3}}}}),
            "TGC-E0402: specialize.mlir: size 'n' is 2 for the shape of 'x'; "
            "expected 3, as for itself\n  fix: give both the same size");
  EXPECT_THAT(errorOf(file, {.dims = {{"n", -1}}}),
              HasSubstr("size 'n' is -1; expected 0 or more"));
  EXPECT_EQ(errorOf(file, {.constants = {{"d", tensor(1)}}}),
            "TGC-E0402: specialize.mlir: input 'd': the constant is i64; "
            "expected f32\n  fix: give it that dtype and rank");
  EXPECT_EQ(errorOf(file, {.dims = {{"n", 3}}, .constants = {{"x", x()}}}),
            "TGC-E0402: specialize.mlir: input 'x': the constant has size 2 in "
            "dimension 0; expected 3\n  fix: give it as 3x3xf32");
  // An op that cannot take the sizes, with its place.
  EXPECT_THAT(errorOf(file, {.dims = {{"n", 2}, {"m", 5}}}),
              HasSubstr("tgc.add: operand 1 ('rhs') has size 5 in dimension 0; "
                        "expected 6"));
}

/// The sum is dead after `expand`, its size check is not.
TEST(SpecializeDump, ChecksTakeTheSizes) {
  Program program = Program::parse(R"(
func.func @main(%x: tensor<?xf32> {tgc.name = "x", tgc.dims = ["n"]}, %w: tensor<?xf32> {tgc.name = "w", tgc.dims = ["m"]}) -> (tensor<?xf32> {tgc.name = "y"}) {
  %u = tgc.add %x, %w : tensor<?xf32>
  return %x : tensor<?xf32>
})");
  std::string dump;
  CompileOptions options;
  options.dump = [&](std::string_view phase, std::string_view text) {
    if (phase == "simplify")
      dump = text;
  };
  compile(program, options);
  ASSERT_THAT(dump, Not(HasSubstr("tgc.add %")));
  std::string file = path("dump.mlir", dump);
  std::vector<Tensor> inputs{tensor({1.f, 2.f}), tensor({3.f, 4.f})};
  Program two = Program::load(file, {.dims = {{"n", 2}, {"m", 2}}});
  EXPECT_THAT(result(compile(two).run(inputs)), ElementsAre(1, 2));
  Program one = Program::load(file, {.dims = {{"n", 2}}});
  EXPECT_THAT(result(compile(one).run(inputs)), ElementsAre(1, 2));
  inputs[1] = tensor({3.f});
  EXPECT_THROW(compile(one).run(inputs), Error);
  EXPECT_THAT(errorOf(file, {.dims = {{"n", 2}, {"m", 3}}}),
              HasSubstr("tgc.add: operand 1 ('rhs') in dimension 0 has size 3; "
                        "expected 2"));
}

// A scalar input steers the shape of the result: unknown, the model is not
// supported; baked, it is static.
const onnx::ModelText &steered() {
  using namespace onnx;
  static const ModelText model{
      .nodes = {nodeBytes("Slice", {"x", "start", "end"}, {"part"}),
                nodeBytes("Div", {"end", "two"}, {"half"}),
                nodeBytes("Concat", {"half", "rest"}, {"shape"},
                          {intAttribute("axis", 0)}),
                nodeBytes("Reshape", {"part", "shape"}, {"y"})},
      .initializers = {i64s("start", {0}), i64s("two", {2}),
                       i64s("rest", {-1})},
      .inputs = {valueBytes("x", 1, {"8"}), valueBytes("end", 7, {"1"})},
      .outputs = {valueBytes("y", 1, {"", ""})}};
  return model;
}

TEST(SpecializeOnnx, AConstantFoldsThroughShapes) {
  std::string file = path("steered.onnx", onnx::modelBytes(steered()));
  EXPECT_THAT(errorOf(file, {}), HasSubstr("TGC-E0301"));
  Program program = Program::load(
      file, {.constants = {{"end", onnx::tensorOf<int64_t>({1}, {6})}}});
  EXPECT_EQ(signatureOf(program), " x:8x-> y:3x2x");
  std::vector<Tensor> inputs{
      onnx::tensorOf<float>({8}, {0, 1, 2, 3, 4, 5, 6, 7})};
  EXPECT_THAT(result(program.interpret(inputs)), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(result(compile(program).run(inputs)),
              ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(SpecializeOnnx, AConstantTellsNamedSizes) {
  using namespace onnx;
  std::string file = path(
      "named.onnx", modelBytes({.nodes = {nodeBytes("Add", {"a", "b"}, {"y"})},
                                .initializers = {},
                                .inputs = {valueBytes("a", 1, {"n"}),
                                           valueBytes("b", 1, {"n"})},
                                .outputs = {valueBytes("y", 1, {"n"})}}));
  Program program = Program::load(
      file, {.constants = {{"b", tensorOf<float>({2}, {10, 20})}}});
  EXPECT_EQ(signatureOf(program), " a:2x-> y:2x");
  EXPECT_THAT(
      result(program.interpret(std::vector{tensorOf<float>({2}, {1, 2})})),
      ElementsAre(11, 22));
  EXPECT_EQ(errorOf(file, {.constants = {{"bb", d()}}}),
            "TGC-E0202: named.onnx: there is no input 'bb'; expected one of: "
            "'a', 'b'\n  fix: write 'b'");
  EXPECT_EQ(errorOf(file, {.constants = {{"a", tensorOf<float>({2}, {1, 2})},
                                         {"b", tensorOf<float>({1}, {1})}}}),
            "TGC-E0402: named.onnx: size 'n' is 1 for the constant 'b'; "
            "expected 2, as for the constant 'a'\n"
            "  fix: give both the same size");
}

TEST(SpecializeOnnx, ExternalDataLiesBesideTheModel) {
  using namespace onnx;
  auto pair = [](const std::string &key, const std::string &value) {
    return bytes(13, bytes(1, key) + bytes(2, value));
  };
  std::string model =
      modelBytes({.nodes = {nodeBytes("Add", {"x", "w"}, {"y"})},
                  .initializers = {number(1, 2) + number(2, 1) + bytes(8, "w") +
                                   pair("location", "w.bin") + number(14, 1)},
                  .inputs = {valueBytes("x", 1, {"2"})},
                  .outputs = {valueBytes("y", 1, {"2"})}});
  fs::path folder = fs::path(testing::TempDir()) / "beside";
  fs::remove_all(folder);
  fs::create_directories(folder / "data");
  const float weights[] = {10, 20};
  std::string raw(reinterpret_cast<const char *>(weights), sizeof weights);
  std::string file = path("beside/m.onnx", model);
  EXPECT_THAT(errorOf(file, {}), HasSubstr("No such file"));
  path("beside/data/w.bin", raw);
  std::vector<Tensor> inputs{tensorOf<float>({2}, {1, 2})};
  for (bool map : {false, true}) {
    Program program =
        Program::load(file, {.external_data = (folder / "data").string(),
                             .map_external_data = map});
    EXPECT_THAT(result(program.interpret(inputs)), ElementsAre(11, 22));
    EXPECT_THAT(result(compile(program).run(inputs)), ElementsAre(11, 22));
  }
  path("beside/w.bin", raw);
  EXPECT_THAT(result(Program::load(file).interpret(inputs)),
              ElementsAre(11, 22));
  // Whose folder is meant if the model is a link?
  fs::create_symlink("m.onnx", folder / "link.onnx");
  EXPECT_THAT(errorOf((folder / "link.onnx").string(), {}),
              HasSubstr("there is no folder to look for it"));
}

} // namespace
} // namespace tgc
