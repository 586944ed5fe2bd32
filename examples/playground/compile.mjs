// Compiles the Python sources of an archive for the Python of Pyodide, so that the page need not.
//
//     node compile.mjs FOLDER_OF_PYODIDE ARCHIVE COMPILED
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, archive, compiled] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));
const python = await loadPyodide();
python.FS.writeFile("/archive.zip", new Uint8Array(readFileSync(archive)));
python.runPython(`
import pathlib, py_compile, zipfile

with zipfile.ZipFile("/archive.zip") as given, zipfile.ZipFile("/compiled.zip", "w") as made:
    for name in given.namelist():
        content = given.read(name)
        if name.endswith(".py"):
            pathlib.Path("/tmp/source.py").write_bytes(content)
            # Unchecked: there is no source beside it that could be newer.
            mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
            py_compile.compile("/tmp/source.py", "/tmp/compiled.pyc", name, True, invalidation_mode=mode)
            name, content = name + "c", pathlib.Path("/tmp/compiled.pyc").read_bytes()
        made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, 8, 9)
`);
writeFileSync(compiled, python.FS.readFile("/compiled.zip"));
