// Runs some Python beside the playground's session where the page without a server runs it:
// in Pyodide, here under Node.
//
//     node run.mjs FOLDER_OF_PYODIDE WHEEL_OF_NUMPY PYTHON_ZIP CODE
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, wheel, archive, code] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));
const python = await loadPyodide();
const bytes = (path) => new Uint8Array(readFileSync(path));

python.unpackArchive(bytes(wheel), "wheel");
python.unpackArchive(bytes(archive), "zip", { extractDir: "/home/pyodide" });
try {
  await python.runPythonAsync(code);
} catch (error) {
  console.log(error.message);
  process.exit(1);
}
