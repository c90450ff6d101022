"""PTX of a kernel as a C program that runs its warps in step and counts what they do.

Every register is a field, every basic block a case; the lanes of a warp that stand at the least case go through
it together, which is how the card brings diverged lanes together again. What the PTX of this program's kernels
does not use is refused.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent

FILES = {"p": "u8", "rs": "u16", "r": "u32", "rd": "u64", "f": "f32", "fd": "f64", "temp": "u32"}
SPECIAL = {"%tid.x": "lane->tid", "%ntid.x": "launch->threads", "%ctaid.x": "block_now", "%nctaid.x": "launch->blocks"}
COMPARE = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
BINARY = {"add": "+", "sub": "-", "and": "&", "or": "|", "xor": "^", "div": "/", "rem": "%"}
C_TYPES = {"pred": "u8", "b8": "u8", "b16": "u16", "b32": "u32", "b64": "u64"}
UNORDERED = re.compile(r"(eq|ne|lt|le|gt|ge)u")


class Unknown(Exception):
    """An instruction that this translation does not have."""


@dataclass
class Block:
    """Instructions that are entered at the first and left at the last."""

    lines: list[str] = field(default_factory=list)


def c_type(name):
    """The C type of a PTX type."""
    return C_TYPES.get(name, name)


class Translation:
    """One entry function: its basic blocks as text, and the C program that holds them."""

    def __init__(self, ptx):
        arrays = re.findall(r"\.shared \.align (\d+) \.b8 (\w+)\[(\d+)\]", ptx)
        self.symbols = {name: size for _, name, size in arrays}
        self.grain = min((int(align) for align, _, _ in arrays), default=1)
        self.constants = re.findall(r"\.global \.align (\d+) \.b8 (\w+)\[\d+\] = \{([\d, ]+)\}", ptx)
        header, _, rest = ptx.partition(".visible .entry ")[2].partition("\n)\n{")
        self.parameters = len(re.findall(r"\.param ", header))
        body = re.sub(r"//[^\n]*", "", rest.partition("\n}\n")[0] if "\n}\n" in rest else rest)
        self.registers = re.findall(r"\.reg \.\w+\s+%(\w+)<(\d+)>;", body)
        self.local = re.search(r"\.local \.align \d+ \.b8\s+\w+\[(\d+)\]", body)
        self.blocks = [Block()]
        self.labels = {}
        for statement in body.split(";"):
            self._statement(statement)

    def _statement(self, text):
        text = text.strip()
        while True:
            label = re.match(r"(\$\w+):\s*", text)
            if label:
                if self.blocks[-1].lines:
                    self.blocks.append(Block())
                self.labels[label[1]] = len(self.blocks) - 1
                text = text[label.end() :]
            elif text[:1] in ("{", "}"):
                text = text[1:].strip()
            else:
                break
        text = " ".join(text.split())
        if not text or text.startswith((".reg", ".param", ".local", "st.param", ".pragma", "ld.param.b32")):
            return
        self.blocks[-1].lines.append(text)
        opcode = text.split(" ", 2)[1] if text.startswith("@") else text.split(" ", 1)[0]
        if opcode.split(".")[0] in ("bra", "ret", "bar", "exit"):
            self.blocks.append(Block())

    def program(self):
        """The whole C program."""
        shared, places = 0, {}
        for name, size in self.symbols.items():
            places[name] = f"(u64)(shared_bytes + {shared})"
            shared += -(-int(size) // 16) * 16
        places |= {name: f"(u64){name}" for _, name, _ in self.constants}
        self.places = places | {"%SPL": "0", "__local_depot0": "(u64)lane->depot"}
        return PROGRAM.format(
            machine=(HERE / "machine.h").read_text(),
            engine=(HERE / "engine.h").read_text(),
            fields="".join(f" {FILES[name]} {name}[{count}];" for name, count in self.registers),
            depot=int(self.local[1]) if self.local else 8,
            shared=max(shared, 16),
            grain=self.grain,
            constants="".join(
                f"static const u8 {name}[] __attribute__((aligned({align}))) = {{{data}}};\n"
                for align, name, data in self.constants
            ),
            known="".join(f"    add_range((u64){name}, sizeof {name});\n" for _, name, _ in self.constants),
            cases="".join(self._case(number, block) for number, block in enumerate(self.blocks)),
        )

    def _case(self, number, block):
        notes, ends = [], f"lane->at = {number + 1};"
        body = "\n".join("            " + self._line(text, notes) for text in block.lines)
        tallies = "".join(f" tally(count, places[{k}], {size});" for k, size in enumerate(notes))
        clear = f" memset(places, 0, {256 * len(notes)});" if notes else ""
        return (
            f"        case {number}: {{{clear}\n          EACH {{ {ends}\n{body}\n          }} {tallies}\n"
            f"          break; }}\n"
        )

    def _line(self, text, notes):
        guard = re.match(r"@(!?)%p(\d+) ", text)
        if guard:
            text = text[guard.end() :]
        opcode, _, rest = text.partition(" ")
        c = self._instruction(opcode.split("."), operands(rest), notes)
        return f"if ({guard[1]}lane->p[{guard[2]}]) {{ {c} }}" if guard else c

    def value(self, name, kind):
        """A C expression of the PTX operand, of the C type."""
        if name in SPECIAL:
            return f"(({kind}){SPECIAL[name]})"
        if name in self.places:
            return self.places[name]
        register = re.fullmatch(r"%([a-z]+)(\d+)", name)
        if register:
            return f"(({kind})lane->{register[1]}[{register[2]}])"
        if name == "%temp":
            return f"(({kind})lane->temp)"
        if re.fullmatch(r"0d[0-9A-F]{16}", name):
            return f"f64_of(0x{name[2:]}ULL)"
        if re.fullmatch(r"0f[0-9A-F]{8}", name):
            return f"f32_of(0x{name[2:]}U)"
        if re.fullmatch(r"-?\d+|-?0x[0-9A-Fa-f]+", name):
            number = int(name, 0)
            return f"(({kind}){number % 2**64}ULL)"
        raise Unknown(name)

    def target(self, name):
        """The C place of a destination register."""
        if name == "%temp":
            return "lane->temp"
        register = re.fullmatch(r"%([a-z]+)(\d+)", name)
        if not register:
            raise Unknown(name)
        return f"lane->{register[1]}[{register[2]}]"

    def address(self, operand):
        """The C expression of an address in brackets."""
        base, _, offset = operand.strip("[]").partition("+")
        return f"({self.value(base, 'u64')} + {int(offset or 0)}LL)"

    def _instruction(self, opcode, given, notes):
        name, last = opcode[0], c_type(opcode[-1])
        if name in ("ld", "st", "atom"):
            return self._memory(opcode, given, notes)
        if name == "bra":
            return f"lane->at = {self.labels[given[0]]};" if given[0] in self.labels else unknown(opcode)
        if name in ("ret", "exit"):
            return "lane->state = ENDED;"
        if name == "bar":
            return "lane->state = WAITS;"
        if name == "call":
            return 'blame("a call that is not translated", lane->tid, 0, 0); lane->state = ENDED;'
        if name == "mov" and given[0].startswith("{"):
            low, high = (part.strip() for part in given[0].strip("{}").split(","))
            bits = f"bits_of({self.value(given[1], 'f64')})" if "%fd" in given[1] else self.value(given[1], "u64")
            return f"{{ u64 b = {bits}; {self.target(low)} = (u32)b; {self.target(high)} = (u32)(b >> 32); }}"
        out = self.target(given[0])
        if name == "mov" and given[1].startswith("{"):
            low, high = (self.value(part.strip(), "u64") for part in given[1].strip("{}").split(","))
            bits = f"({low} | {high} << 32)"
            return f"{out} = " + (f"f64_of({bits});" if "%fd" in given[0] else f"{bits};")
        if name == "mov" and last == "u64" and "%fd" in given[1]:
            return f"{out} = bits_of({self.value(given[1], 'f64')});"
        if name == "mov" and "%fd" in given[0] and "%rd" in given[1]:
            return f"{out} = f64_of({self.value(given[1], 'u64')});"
        if name == "mov" and last == "u32" and "%f" in given[0]:
            return f"{{ u32 b = {self.value(given[1], 'u32')}; memcpy(&{out}, &b, 4); }}"
        return f"{out} = {self._expression(opcode, given[1:], last)};"

    def _expression(self, opcode, given, kind):
        name = opcode[0]
        if name == "cvt":
            return self._conversion(opcode, given[0])
        if name == "setp":
            compare, plain = opcode[1], UNORDERED.fullmatch(opcode[1])
            a, b = (self.value(operand, kind) for operand in given)
            sign = COMPARE[plain[1] if plain else compare]
            return f"({a} {sign} {b}) || isnan({a}) || isnan({b})" if plain else f"{a} {sign} {b}"
        if name == "selp":
            return f"{self.value(given[2], 'u8')} ? {self.value(given[0], kind)} : {self.value(given[1], kind)}"
        if name in ("shl", "shr"):
            x, by = self.value(given[0], kind), self.value(given[1], "u64")
            if name == "shl":
                return f"({kind})shifted_left({x}, {by})"
            return f"shifted_signed({x}, {by})" if kind[0] == "s" else f"shifted_right({x}, {by})"
        values = [self.value(operand, kind) for operand in given]
        if name in BINARY:
            # sums wrap around: unsigned in C
            wraps = kind in ("s32", "s64") and name in ("add", "sub")
            a, b = (f"(u64){v}" if wraps else v for v in values)
            return f"{a} {BINARY[name]} {b}"
        if name in ("mul", "mad"):
            return self._product(opcode, given, values, kind)
        if name == "fma":
            return f"fma({values[0]}, {values[1]}, {values[2]})"
        if name in ("min", "max"):
            if kind == "f64":
                return f"f{name}({values[0]}, {values[1]})"
            return f"{values[0]} {'<' if name == 'min' else '>'} {values[1]} ? {values[0]} : {values[1]}"
        simple = {
            "mov": "{0}", "cvta": "{0}", "neg": "-{0}", "not": "!{0}" if opcode[1] == "pred" else "~{0}",
            "abs": "fabs({0})" if kind[0] == "f" else "({0} < 0 ? -(u64){0} : {0})",
            "popc": "__builtin_popcountll({0})", "clz": "({0} ? __builtin_clzll({0}) : 64)", "sqrt": "sqrt({0})",
        }  # fmt: skip
        if name == "copysign":
            return f"copysign({values[1]}, {values[0]})"
        return simple[name].format(values[0]) if name in simple else unknown(opcode)

    def _product(self, opcode, given, values, kind):
        if kind == "f64":
            return f"{values[0]} * {values[1]}"
        wide = {"s32": "s64", "u32": "u64"}.get(kind)
        if opcode[1] == "wide":
            a, b = (self.value(operand, kind) for operand in given[:2])
            product = f"(({wide}){a} * ({wide}){b})"
        elif opcode[1] == "lo":
            product = f"((u64){values[0]} * (u64){values[1]})"
        elif opcode[1] == "hi" and kind == "u32":
            product = f"((u64){values[0]} * {values[1]} >> 32)"
        elif opcode[1] == "hi" and kind == "u64":
            product = f"(u64)((unsigned __int128){values[0]} * {values[1]} >> 64)"
        else:
            return unknown(opcode)
        return product if opcode[0] == "mul" else f"{product} + {self.value(given[2], wide or kind)}"

    def _conversion(self, opcode, operand):
        to, source = opcode[-2], opcode[-1]
        x = self.value(operand, source)
        if opcode[1] == "rni":
            return f"({to})nearbyint({x})"
        return f"({to})({source}){x}"

    def _memory(self, opcode, given, notes):
        kind = c_type(opcode[-1])
        if opcode[0] == "ld" and opcode[1] == "param":
            number = re.search(r"_param_(\d+)", given[1])
            if not number:
                return ";"
            raw = f"parameters[{number[1]}]"
            return f"{self.target(given[0])} = {f'f64_of({raw})' if kind == 'f64' else raw};"
        size, vector = int(kind[1:]) // 8, "v2" in opcode
        slot = len(notes)
        notes.append(size * (2 if vector else 1))
        place = given[0] if opcode[0] == "st" else given[1]
        how = {"ld": "READ", "st": "WRITE", "atom": "ATOM"}[opcode[0]]
        head = f"{{ u64 a = {self.address(place)}; "
        if opcode[1] != "local":
            head += f"if (!touch(a, {size}, {how}, lane->tid, __LINE__)) {{ lane->state = ENDED; continue; }} "
            head += f"places[{slot}][number] = a; "
        if vector:
            first, second = (self.target(part.strip()) for part in given[0].strip("{}").split(","))
            return head + f"{first} = *({kind} *)a; {second} = *({kind} *)(a + {size}); }}"
        if opcode[0] == "ld":
            return head + f"{self.target(given[0])} = *({kind} *)a; }}"
        if opcode[0] == "st":
            return head + f"*({kind} *)a = {self.value(given[1], kind)}; }}"
        x = self.value(given[2], kind)
        new = {"add": f"old + {x}", "or": f"old | {x}", "min": f"(old < {x} ? old : {x})"}[opcode[2]]
        return head + f"{kind} old = *({kind} *)a; *({kind} *)a = {new}; {self.target(given[0])} = old; }}"


def operands(text):
    """The operands of an instruction; what is in braces is one."""
    return [part.strip() for part in re.findall(r"\{[^}]*\}|[^,\s][^,]*", text) if part.strip()]


def unknown(opcode):
    """Refuse an instruction."""
    raise Unknown(".".join(opcode))


PROGRAM = """{machine}
{constants}
typedef struct {{ u32 tid, at, state; u32 temp;{fields} u8 depot[{depot}] __attribute__((aligned(16))); }} Lane;
static u8 shared_bytes[{shared}] __attribute__((aligned(256)));
static Mark shared_marks[{shared}];
#define SHARED_GRAIN {grain}

static void add_constants(void) {{
{known}}}

static void step(Lane *warp, u32 mask, u32 at, Count *count) {{
    static u64 places[512][32];
    const u64 *parameters = launch->parameters;
    switch (at) {{
{cases}    }}
}}

{engine}"""
