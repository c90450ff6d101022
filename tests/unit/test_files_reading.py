"""Strangers' files: what is sound is read exactly, everything else is malformed before work starts."""

import io
import json
import struct
import zipfile
from fractions import Fraction as Q

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from lt_proofs.errors import BadInput, LtProofsError, Malformed
from lt_proofs.files import parse_json, read_arrays, read_bytes, read_json, read_samples
from lt_proofs.files.npy import parse_npy, parse_npz
from lt_proofs.files.safetensors import parse_safetensors


def npy(array, **options):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, **options)
    return buffer.getvalue()


def npy_header(text, data=b"", version=1):
    encoded = text.encode("latin-1")
    return (
        b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(encoded)) + encoded + data
    )


def tensors(header, data=b""):
    text = json.dumps(header).encode() if isinstance(header, dict) else header
    return struct.pack("<Q", len(text)) + text + data


F32 = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
ARRAYS = st.sampled_from(["<i1", "<i8", ">i4", "<u2", "<f2", ">f4", "<f8"]).flatmap(
    lambda kind: st.lists(st.integers(0, 100), max_size=6).map(lambda values: np.array(values, kind))
)


@given(ARRAYS)
def test_npy_as_numpy_writes_it(array):
    assert parse_npy(npy(array), "x").tolist() == array.tolist()


def test_npy_in_both_orders_and_versions():
    array = np.arange(6, dtype=np.int64).reshape(2, 3)
    assert (parse_npy(npy(np.asfortranarray(array)), "x") == array).all()
    assert (parse_npy(npy(array, version=(2, 0)), "x") == array).all()
    assert parse_npy(npy(np.float32(2.5)), "x") == np.float32(2.5)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "does not begin"),
        (b"PK" + b"\0" * 20, "does not begin"),
        (npy(np.array([None]), allow_pickle=True), "element type O"),
        (npy(np.array(["a"])), "element type U1"),
        (npy(np.zeros(2, complex)), "element type c16"),
        (npy(np.zeros(3))[:-1], "declares 24 bytes of data, it has 23"),
        (npy(np.zeros(3)) + b"\0", "declares 24 bytes of data, it has 25"),
        (npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999999,), }\n"), "declares"),
        (npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }\n"), "header"),
        (npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2 2), }\n"), "its shape"),
        (npy_header("__import__('os').system('true')"), "header"),
        (npy_header("(" * 3000), "header"),
        (npy_header("x" * 5000, version=2), "too long"),
        (npy_header("{}", version=9), "version 9"),
        (b"\x93NUMPY\x02\x00" + b"\xff" * 4, "too long"),
    ],
)
def test_malformed_npy(content, reason):
    with pytest.raises(Malformed, match=reason):
        parse_npy(content, "x.npy")


def archive(members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return buffer.getvalue()


def test_npz_as_numpy_writes_it(tmp_path):
    for write in (np.savez, np.savez_compressed):
        write(tmp_path / "x.npz", a=np.arange(3), b=np.ones(2))
        found = read_arrays(tmp_path / "x.npz")
        assert {name: array.tolist() for name, array in found.items()} == {"a": [0, 1, 2], "b": [1, 1]}


def lying_size():
    """A member that declares fewer bytes than it unpacks to, in both of its headers."""
    content = bytearray(archive([("a.npy", npy(np.zeros(100)))]))
    size = len(npy(np.zeros(100)))
    for at in (22, content.index(b"PK\x01\x02") + 24):
        assert content[at : at + 4] == struct.pack("<I", size)
        content[at : at + 4] = struct.pack("<I", size - 8)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"nothing", "not a valid .npz"),
        (archive([("a.txt", b"1")]), "not an .npy array"),
        (archive([("a.npy", b"1"), ("b.npy", b"1")]).replace(b"b.npy", b"a.npy"), "two members have the same name"),
        (archive([(f"{i}.npy", b"") for i in range(1100)]), "1100 members"),
        (archive([("a.npy", npy(np.zeros(1)))], zipfile.ZIP_BZIP2), "compressed by an unsupported method"),
        (archive([("a.npy", npy(np.zeros(100)))])[:-30], "not a valid .npz"),
        (lying_size(), "not a valid .npz|declared size"),
    ],
)
def test_malformed_npz(content, reason):
    with pytest.raises(Malformed, match=reason):
        parse_npz(content, "x.npz")


def test_a_bomb_is_refused_by_what_it_declares():
    content = bytearray(archive([("a.npy", b"0")]))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", 2**31)
    with pytest.raises(Malformed, match="declares 2147483648 bytes"):
        parse_npz(bytes(content), "x.npz")


def test_safetensors_as_the_library_writes_them(tmp_path):
    path = tmp_path / "x.safetensors"
    written = {"b": np.arange(4, dtype=np.float16), "a": np.ones((2, 3)), "c": np.array([-1], np.int8)}
    safetensors.numpy.save_file(written, path, metadata={"made": "here"})
    found = read_arrays(path)
    assert {name: array.tolist() for name, array in found.items()} == {
        name: array.tolist() for name, array in written.items()
    }


def test_bf16_is_exact():
    header = {"w": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}
    found = parse_safetensors(tensors(header, struct.pack("<HH", 0x3F81, 0xC000)), "x")
    assert found["w"].tolist() == [1.0078125, -2.0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"abc", "header does not fit"),
        (struct.pack("<Q", 2**63) + b"{}", "header does not fit"),
        (tensors(b"[]"), "not an object"),
        (tensors(b'{"a": 1, "a": 2}'), "same key twice"),
        (tensors({"w": 3}), "must have exactly dtype"),
        (tensors({"w": {**F32, "more": 1}}, b"\0" * 8), "must have exactly dtype"),
        (tensors({"w": {**F32, "dtype": "F8_E4M3"}}, b"\0" * 8), "unknown type"),
        (tensors({"w": {**F32, "dtype": ["F32"]}}, b"\0" * 8), "unknown type"),
        (tensors({"w": {**F32, "shape": [3]}}, b"\0" * 8), "a size that contradicts"),
        (tensors({"w": {**F32, "shape": [-2]}}, b"\0" * 8), "must have a shape of at most"),
        (tensors({"w": {**F32, "shape": [True, 2]}}, b"\0" * 8), "must have a shape of at most"),
        (tensors({"w": {**F32, "data_offsets": [8, 0]}}, b"\0" * 8), "a size that contradicts"),
        (tensors({"w": {**F32, "data_offsets": [0]}}, b"\0" * 8), "must have two data_offsets"),
        (tensors({"w": {**F32, "data_offsets": [8, 16]}}, b"\0" * 16), "overlaps another or leaves a gap"),
        (tensors({"w": F32, "v": F32}, b"\0" * 16), "overlaps another or leaves a gap"),
        (tensors({"w": F32}, b"\0" * 9), "take 8 bytes, it has 9"),
        (tensors({"w": F32}, b"\0" * 7), "take 8 bytes, it has 7"),
    ],
)
def test_malformed_safetensors(content, reason):
    with pytest.raises(Malformed, match=reason):
        parse_safetensors(content, "x.safetensors")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff", "not UTF-8"),
        (b"{", "not JSON at line 1"),
        (b"[1.5]", "is not exact"),
        (b"[1e3]", "is not exact"),
        (b"[NaN]", "NaN is not a number"),
        (b"[-Infinity]", "is not a number"),
        (b'{"a": {"b": 1, "b": 1}}', "same key twice"),
        (b"[" * 65 + b"]" * 65, "nested deeper than 64"),
        (b"[" * 100_000, "nested deeper than 64"),
        (b'{"a":' * 100_000, "nested deeper than 64"),
        (b"9" * 2501, "over 2500 digits"),
        (b"", "not JSON"),
    ],
)
def test_malformed_json(content, reason):
    with pytest.raises(Malformed, match=reason) as caught:
        parse_json(content, "x.json")
    assert "\n" not in str(caught.value)


def test_sound_json():
    assert parse_json(b'{"a": ["1/3", -2, true, null, "[[[", "\\"{"]}', "x") == {
        "a": ["1/3", -2, True, None, "[[[", '"{']
    }
    assert parse_json(b"[" * 64 + b"]" * 64, "x")


@given(st.binary(max_size=60))
@pytest.mark.parametrize("parse", [parse_json, parse_npy, parse_npz, parse_safetensors])
def test_any_bytes_are_read_or_malformed(parse, content):
    try:
        parse(content, "x")
    except LtProofsError as error:
        assert "\n" not in str(error)


@given(st.data())
@pytest.mark.parametrize(
    ("parse", "sound"),
    [
        (parse_npy, npy(np.arange(3.0))),
        (parse_npz, archive([("a.npy", npy(np.arange(3.0)))])),
        (parse_safetensors, tensors({"w": F32}, b"\0" * 8)),
    ],
    ids=["npy", "npz", "safetensors"],
)
def test_a_changed_byte_is_read_or_malformed(parse, sound, data):
    content = bytearray(sound)
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        parse(bytes(content), "x")
    except LtProofsError as error:
        assert "\n" not in str(error)


def test_raw_files(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert read_bytes(path, 5) == b"12345"
    with pytest.raises(Malformed, match="it has 5 bytes; at most 4"):
        read_bytes(path, 4)
    with pytest.raises(Malformed, match="not a regular file"):
        read_bytes(tmp_path)
    with pytest.raises(BadInput, match="No such file"):
        read_bytes(tmp_path / "missing")
    with pytest.raises(BadInput, match="no such name"):
        read_bytes(tmp_path / "a\0b")
    link = tmp_path / "link"
    link.symlink_to(path)
    assert read_bytes(link) == b"12345"
    with pytest.raises(Malformed, match="symbolic link"):
        read_bytes(link, follow_links=False)


def test_samples_of_every_format(tmp_path):
    (tmp_path / "x.json").write_text('["1/3", "0.01", -2]')
    assert read_samples(tmp_path / "x.json") == [Q(1, 3), Q(1, 100), Q(-2)]
    (tmp_path / "y.json").write_text('{"a": [1], "b": ["0.5"]}')
    assert read_samples(tmp_path / "y.json", "b") == [Q(1, 2)]
    np.save(tmp_path / "x.npy", np.array([0.1, -3], np.float32))
    assert read_samples(tmp_path / "x.npy") == [Q(13421773, 2**27), Q(-3)]
    np.savez(tmp_path / "x.npz", only=np.array([2**63], np.uint64))
    assert read_samples(tmp_path / "x.npz") == [Q(2**63)]
    safetensors.numpy.save_file({"s": np.array([0.5], np.float16)}, tmp_path / "x.safetensors")
    assert read_samples(tmp_path / "x.safetensors", "s") == [Q(1, 2)]


def test_deep_json_file_is_malformed_not_a_crash(tmp_path):
    (tmp_path / "x.json").write_bytes(b"[" * 10**6)
    with pytest.raises(Malformed):
        read_json(tmp_path / "x.json")
