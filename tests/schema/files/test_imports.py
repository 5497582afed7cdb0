import subprocess
import sys


def test_the_formats_of_a_session_need_the_standard_library_only() -> None:
    """Hundreds of small children import them: none may pull in pandas, Arrow or the like."""
    names = "trades log equity snapshot metrics runs exports atomic"
    code = (
        f"import sys; old = set(sys.modules)\nfor n in '{names}'.split(): __import__('schema.files.' + n)\n"
        "tops = {m.partition('.')[0] for m in set(sys.modules) - old}\n"
        "print(*sorted(t for t in tops if t not in sys.stdlib_module_names))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["schema"]
