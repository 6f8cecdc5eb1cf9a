// Writes the headers of an ELF file around a block of data.
#include "tgc/codegen/aot/WeightsObject.h"

#include "tgc/codegen/llvm/ExecutableTable.h"
#include "tgc/runtime/executable/ExecutableAbi.h"

#include "llvm/BinaryFormat/ELF.h"

#include <cstring>

namespace tgc::codegen {
namespace {

namespace ELF = llvm::ELF;

constexpr int64_t largeData = int64_t{64} << 20;
// Sections in the order of their headers.
enum Section : uint16_t { Null, Data, Symbols, Names, SectionNames, Stack };
constexpr uint16_t numSections = 6;

template <class T> void append(std::string &out, const T &record) {
  out.append(reinterpret_cast<const char *>(&record), sizeof(record));
}

void align(std::string &out, uint64_t base, uint64_t alignment) {
  while ((base + out.size()) % alignment != 0)
    out.push_back('\0');
}

/// Zero-terminated strings, and where each begins.
struct StringSection {
  std::string bytes = std::string(1, '\0');

  uint32_t add(const std::string &text) {
    auto at = static_cast<uint32_t>(bytes.size());
    bytes += text;
    bytes.push_back('\0');
    return at;
  }
};

} // namespace

WeightsObject weightsObject(const std::string &name, int64_t bytes) {
  constexpr uint64_t dataOffset = TGC_EXECUTABLE_ALIGNMENT;
  static_assert(sizeof(ELF::Elf64_Ehdr) == dataOffset);
  bool large = bytes >= largeData;
  auto size = static_cast<uint64_t>(bytes);
  uint64_t base = dataOffset + size; // file offset of `after`
  WeightsObject object;

  StringSection names, sectionNames;
  ELF::Elf64_Sym symbol{};
  symbol.st_name = names.add(weightsSymbol(name));
  symbol.setBindingAndType(ELF::STB_GLOBAL, ELF::STT_OBJECT);
  symbol.st_other = ELF::STV_HIDDEN;
  symbol.st_shndx = Data;
  symbol.st_size = size;

  ELF::Elf64_Shdr headers[numSections] = {};
  auto describe = [&](Section section, const char *text, uint32_t type,
                      uint64_t flags, uint64_t offset, uint64_t length,
                      uint64_t alignment) {
    ELF::Elf64_Shdr &header = headers[section];
    header.sh_name = sectionNames.add(text);
    header.sh_type = type;
    header.sh_flags = flags;
    header.sh_offset = offset;
    header.sh_size = length;
    header.sh_addralign = alignment;
  };
  std::string &after = object.after;
  describe(Data, large ? ".lrodata" : ".rodata", ELF::SHT_PROGBITS,
           ELF::SHF_ALLOC | (large ? uint64_t{ELF::SHF_X86_64_LARGE} : 0),
           dataOffset, size, TGC_EXECUTABLE_ALIGNMENT);
  align(after, base, alignof(ELF::Elf64_Sym));
  describe(Symbols, ".symtab", ELF::SHT_SYMTAB, 0, base + after.size(),
           2 * sizeof(symbol), alignof(ELF::Elf64_Sym));
  headers[Symbols].sh_link = Names;
  headers[Symbols].sh_info = 1; // the first global symbol
  headers[Symbols].sh_entsize = sizeof(symbol);
  append(after, ELF::Elf64_Sym{});
  append(after, symbol);
  describe(Names, ".strtab", ELF::SHT_STRTAB, 0, base + after.size(),
           names.bytes.size(), 1);
  after += names.bytes;
  // Without this note a linker makes the stack executable.
  describe(Stack, ".note.GNU-stack", ELF::SHT_PROGBITS, 0, base + after.size(),
           0, 1);
  describe(SectionNames, ".shstrtab", ELF::SHT_STRTAB, 0, base + after.size(),
           0, 1);
  headers[SectionNames].sh_size = sectionNames.bytes.size();
  after += sectionNames.bytes;
  align(after, base, alignof(ELF::Elf64_Shdr));

  ELF::Elf64_Ehdr file{};
  std::memcpy(file.e_ident, ELF::ElfMagic, 4);
  file.e_ident[ELF::EI_CLASS] = ELF::ELFCLASS64;
  file.e_ident[ELF::EI_DATA] = ELF::ELFDATA2LSB;
  file.e_ident[ELF::EI_VERSION] = ELF::EV_CURRENT;
  file.e_type = ELF::ET_REL;
  file.e_machine = ELF::EM_X86_64;
  file.e_version = ELF::EV_CURRENT;
  file.e_shoff = base + after.size();
  file.e_ehsize = sizeof(ELF::Elf64_Ehdr);
  file.e_shentsize = sizeof(ELF::Elf64_Shdr);
  file.e_shnum = numSections;
  file.e_shstrndx = SectionNames;
  for (const ELF::Elf64_Shdr &header : headers)
    append(after, header);
  append(object.before, file);
  return object;
}

} // namespace tgc::codegen
