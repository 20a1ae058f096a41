"""
Bring a bare machine to where the registry can run: ``python3 -m quota_registry.bootstrap``.

Only the standard library is used here, and nothing newer than what a too old Python could still
read, since telling its user so is the first thing to do. Each step leaves the fingerprint of what
it was made from; a second run finds it and has nothing to do.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
VENV = HOUSE / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED = (3, 11)
FULL_DISK = ("No space left on device", "File too large", "Disk quota exceeded", "ENOSPC", "EFBIG")


class Trouble(Exception):
    """Something that the user of this machine has to put right, said in one sentence."""


def main(wanted: "list[str]") -> None:
    """Do every step that is asked for and not yet done."""
    if sys.version_info < NEEDED:
        raise Trouble(
            f"需要 Python 3.11 以上 · Python 3.11 or newer is needed, this is {sys.version[:6]}; "
            "name another one: make PYTHON=python3.12 …"
        )
    make_venv()
    install("requirements-dev.lock" if "dev" in wanted else "requirements.lock")
    if "assets" in wanted:
        bundle()
    if "browser" in wanted:
        fetch_browser()


def make_venv() -> None:
    """Make the virtual environment, anew if it belongs to another Python."""
    stamp = VENV / "made-for"
    if PYTHON.exists() and read(stamp) in (sys.version, ""):
        return
    step("虚拟环境 · virtual environment")
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(VENV)
    except subprocess.CalledProcessError as error:
        raise Trouble(
            "无法建立虚拟环境，Debian 请先安装 python3-venv · the virtual environment could not be "
            "made; on Debian, install python3-venv first."
        ) from error
    stamp.write_text(sys.version)


def install(lock: str) -> None:
    """Install exactly what the lock names, each file checked against its hash."""
    stamp = VENV / "installed"
    print_of = "\n".join((lock, fingerprint([HOUSE / lock])))
    larger = "\n".join(("requirements-dev.lock", fingerprint([HOUSE / "requirements-dev.lock"])))
    if read(stamp) in (print_of, larger):
        return
    step(f"安装依赖 · dependencies ({lock})")
    run([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps",
         "--no-compile", "--requirement", lock])  # fmt: skip
    stamp.write_text(print_of)


def bundle() -> None:
    """Fetch the front end's packages and bundle them, with Node from the path or from a wheel."""
    modules = HOUSE / "node_modules" / "fetched-for"
    locks = fingerprint([HOUSE / "package.json", HOUSE / "package-lock.json"])
    if read(modules) != locks:
        step("前端依赖 · front-end packages")
        run([*npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"])
        modules.write_text(locks)
    built = HOUSE / "quota_registry" / "web" / "static" / "dist" / "built-from"
    sources = fingerprint([HOUSE / "package-lock.json", *sorted((HOUSE / "frontend").rglob("*"))])
    if read(built) != sources:
        step("前端资源 · assets")
        run([*npm(), "run", "--silent", "build"])
        built.write_text(sources)


def fetch_browser() -> None:
    """Install Debian's Chromium for the browser journeys where that is possible."""
    if browser():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        step("浏览器 · Chromium")
        quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        run(["apt-get", "update", "-qq"], quiet)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium",
             "fonts-noto-cjk"], quiet)  # fmt: skip
    if not browser():
        print(
            "!! 没有 Chromium，跳过浏览器测试 · NO CHROMIUM HERE: THE BROWSER JOURNEYS ARE SKIPPED"
        )


def browser() -> "str | None":
    """Find a Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


def npm() -> "list[str]":
    """Say how npm is called."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    wheel = VENV / "bin" / "npm"
    if not wheel.exists():
        step("Node.js")
        run([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps",
             "--requirement", "requirements-node.lock"])  # fmt: skip
    return [str(wheel)]


def run(words: "list[str]", environ: "dict[str, str] | None" = None) -> None:
    """Run a program whose words only matter when it fails."""
    environ = dict(environ or os.environ)
    environ["PATH"] = os.pathsep.join((environ.get("PATH", os.defpath), str(VENV / "bin")))
    environ.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    if not os.access(os.path.expanduser("~"), os.W_OK):
        # A user without a home still needs somewhere to unpack.
        environ.update(HOME=str(VENV), PIP_CACHE_DIR=str(VENV / "cache"))
        environ["npm_config_cache"] = str(VENV / "cache" / "npm")
    done = subprocess.run(
        words, cwd=str(HOUSE), env=environ, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    if not done.returncode:
        return
    if any(sign in done.stdout for sign in FULL_DISK) or done.returncode == -25:
        raise Trouble(disk_full())
    print(done.stdout[-3000:], file=sys.stderr)
    raise Trouble(
        f"步骤失败，详见上文 · this step failed, its words are above: {' '.join(words[:4])}."
    )


def disk_full() -> str:
    """Say so."""
    return (
        f"磁盘空间不足，无法写入 {HOUSE} · the disk is full, or files may not grow further: "
        f"nothing more can be written to {HOUSE}."
    )


def fingerprint(paths: "list[Path]") -> str:
    """Sum up the content of these files."""
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            digest.update(str(path.relative_to(HOUSE)).encode() + path.read_bytes())
    return digest.hexdigest()


def read(path: Path) -> str:
    """Read a stamp; an absent one is empty."""
    try:
        return path.read_text()
    except OSError:
        return ""


_began = time.time()


def step(name: str) -> None:
    """Say what is being done now, and how long it has all taken."""
    print(f"{time.time() - _began:6.1f} s  {name}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Trouble as trouble:
        sys.exit(str(trouble))
    except OSError as error:
        full = error.errno in (27, 28, 122)
        sys.exit(
            disk_full()
            if full
            else f"无法写入 {HOUSE} · cannot write to {HOUSE} ({error.strerror})."
        )
