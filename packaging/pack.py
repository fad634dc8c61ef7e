#!/usr/bin/env python3
"""Puts a built ec2sim into what package managers take: a wheel, npm packages, a container image.

    packaging/pack.py wheel --binary ec2sim --target x86_64-unknown-linux-gnu -o dist
    packaging/pack.py npm   --binary ec2sim --target x86_64-unknown-linux-gnu -o dist
    packaging/pack.py image --binary ec2sim --target x86_64-unknown-linux-gnu -o dist

It needs Python 3.11 and nothing else, and no network. The same binary gives the same bytes: all times are SOURCE_DATE_EPOCH, or 1980.
"""

import argparse
import base64
import gzip
import hashlib
import io
import json
import os
import tarfile
import time
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]
VERSION = PACKAGE["version"]
SUMMARY = PACKAGE["description"]
LICENCES = ["LICENSE-APACHE", "LICENSE-MIT"]
# Zip knows no time before.
EPOCH = max(int(os.environ.get("SOURCE_DATE_EPOCH", 315532800)), 315532800)

# What each system is called: by a wheel, by npm (and its `os` and `cpu`), by a container.
TARGETS = {
    # Statically linked, so it runs with any C library, also with musl.
    "x86_64-unknown-linux-gnu": {
        "wheel": "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
        "npm": ("linux", "x64"),
        "image": ("linux", "amd64"),
    },
    "aarch64-unknown-linux-gnu": {
        "wheel": "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "npm": ("linux", "arm64"),
        "image": ("linux", "arm64"),
    },
    "x86_64-apple-darwin": {"wheel": "macosx_10_12_x86_64", "npm": ("darwin", "x64")},
    "aarch64-apple-darwin": {"wheel": "macosx_11_0_arm64", "npm": ("darwin", "arm64")},
    "x86_64-pc-windows-msvc": {"wheel": "win_amd64", "npm": ("win32", "x64")},
}


def program(target):
    return "ec2sim.exe" if "windows" in target else "ec2sim"


def wheel(binary, target, out):
    """A wheel with the program as its script, so that `pip install` puts it on the path."""
    tags = TARGETS[target]["wheel"]
    info = f"ec2sim-{VERSION}.dist-info"
    metadata = f"Metadata-Version: 2.4\nName: ec2sim\nVersion: {VERSION}\nSummary: {SUMMARY}\nRequires-Python: >=3.8\n"
    metadata += f"License-Expression: {PACKAGE['license']}\n"
    metadata += "".join(f"License-File: {name}\n" for name in LICENCES)
    metadata += "Description-Content-Type: text/markdown\n\n" + (ROOT / "README.md").read_text()
    single = "".join(f"Tag: py3-none-{tag}\n" for tag in tags.split("."))
    files = {
        f"ec2sim-{VERSION}.data/scripts/{program(target)}": (binary, 0o755),
        f"{info}/METADATA": (metadata.encode(), 0o644),
        f"{info}/WHEEL": (
            f"Wheel-Version: 1.0\nGenerator: packaging/pack.py\nRoot-Is-Purelib: false\n{single}".encode(),
            0o644,
        ),
    }
    for name in LICENCES:
        files[f"{info}/licenses/{name}"] = ((ROOT / name).read_bytes(), 0o644)
    record = ""
    for name, (content, _) in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(content)}\n"
    files[f"{info}/RECORD"] = (f"{record}{info}/RECORD,,\n".encode(), 0o644)
    path = out / f"ec2sim-{VERSION}-py3-none-{tags}.whl"
    date = time.gmtime(EPOCH)[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (content, mode) in files.items():
            entry = zipfile.ZipInfo(name, date)
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return [path]


def tarball(files, prefix=""):
    """A tar file whose bytes depend on nothing but what is in it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, (content, mode) in files.items():
            entry = tarfile.TarInfo(prefix + name)
            entry.size, entry.mode, entry.mtime = len(content), mode, EPOCH
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def npm(binary, target, out):
    """Two packages: the program for one system, and `ec2sim`, which finds the one for the system that it is installed on."""

    def pack(name, manifest, files):
        manifest = {
            "name": name,
            "version": VERSION,
            "description": SUMMARY,
            "license": f"({PACKAGE['license']})",
            **manifest,
        }
        files = {
            "package.json": ((json.dumps(manifest, indent=2) + "\n").encode(), 0o644),
            **{licence: ((ROOT / licence).read_bytes(), 0o644) for licence in LICENCES},
            **files,
        }
        path = out / f"{name.lstrip('@').replace('/', '-')}-{VERSION}.tgz"
        path.write_bytes(gzip.compress(tarball(files, "package/"), mtime=0))
        return path

    def own(one):
        return "@ec2sim/" + "-".join(TARGETS[one]["npm"])

    system, processor = TARGETS[target]["npm"]
    there = pack(
        own(target),
        {"os": [system], "cpu": [processor], "preferUnplugged": True},
        {f"bin/{program(target)}": (binary, 0o755)},
    )
    launcher = (ROOT / "packaging/npm/ec2sim.js").read_bytes()
    main = pack(
        "ec2sim",
        {
            "bin": {"ec2sim": "bin/ec2sim.js"},
            "engines": {"node": ">=18"},
            "optionalDependencies": {own(one): VERSION for one in TARGETS},
        },
        {"bin/ec2sim.js": (launcher, 0o755), "README.md": ((ROOT / "README.md").read_bytes(), 0o644)},
    )
    return [there, main]


def image(binary, target, out):
    """An OCI layout, as one tar file: an image with the program in it and nothing else, which is enough for one that is static."""
    if "image" not in TARGETS[target]:
        raise SystemExit(f"error: there are no containers of {target}")
    if binary[:4] != b"\x7fELF" or b"ld-linux" in binary[:4096]:
        raise SystemExit("error: the binary isn't statically linked, and there is no C library in the image")
    system, architecture = TARGETS[target]["image"]
    blobs = {}

    def blob(content, kind):
        digest = hashlib.sha256(content).hexdigest()
        blobs[digest] = content
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(content)}

    files = {"usr/bin/ec2sim": (binary, 0o755)}
    files |= {f"usr/share/licenses/ec2sim/{name}": ((ROOT / name).read_bytes(), 0o644) for name in LICENCES}
    layer = tarball(files)
    compressed = blob(gzip.compress(layer, mtime=0), "layer.v1.tar+gzip")
    config = {
        "architecture": architecture,
        "os": system,
        "config": {
            "Entrypoint": ["/usr/bin/ec2sim"],
            "Cmd": ["--help"],
            "WorkingDir": "/work",
            # Whoever mounts a folder there decides who may write into it, with `--user`.
            "User": "65532:65532",
            "Labels": {
                "org.opencontainers.image.title": "ec2sim",
                "org.opencontainers.image.version": VERSION,
                "org.opencontainers.image.description": SUMMARY,
                "org.opencontainers.image.licenses": PACKAGE["license"],
            },
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob(json.dumps(config).encode(), "config.v1+json"),
        "layers": [compressed],
    }
    described = blob(json.dumps(manifest).encode(), "manifest.v1+json")
    described["platform"] = {"os": system, "architecture": architecture}
    described["annotations"] = {"org.opencontainers.image.ref.name": VERSION}
    index = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [described],
    }
    layout = {
        "oci-layout": (b'{"imageLayoutVersion":"1.0.0"}', 0o644),
        "index.json": (json.dumps(index).encode(), 0o644),
        **{f"blobs/sha256/{digest}": (content, 0o644) for digest, content in sorted(blobs.items())},
    }
    path = out / f"ec2sim-{VERSION}-{system}-{architecture}.oci.tar"
    path.write_bytes(tarball(layout))
    return [path]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["wheel", "npm", "image"])
    parser.add_argument("--binary", type=Path, required=True, help="the built program")
    parser.add_argument("--target", choices=TARGETS, required=True, help="what it was built for")
    parser.add_argument("-o", "--out", type=Path, default=Path("dist"), help="the folder to write into")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    make = {"wheel": wheel, "npm": npm, "image": image}[arguments.what]
    for path in make(arguments.binary.read_bytes(), arguments.target, arguments.out):
        print(path)


if __name__ == "__main__":
    main()
