// Runs a Python program on `scratch` where a pointer has 32 bits: in Pyodide, under Node.
//
//     node run.mjs FOLDER_OF_PYODIDE WHEEL_OF_NUMPY FOLDER_OF_THE_PROJECT PROGRAM
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, wheel, project, program] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));
const python = await loadPyodide();

const bytes = (path) => new Uint8Array(readFileSync(path));
function copy(from, to) {
  python.FS.mkdirTree(to);
  for (const name of readdirSync(from)) {
    const path = join(from, name);
    if (statSync(path).isDirectory()) {
      if (name !== "__pycache__") copy(path, `${to}/${name}`);
    } else if (name.endsWith(".py")) {
      python.FS.writeFile(`${to}/${name}`, bytes(path));
    }
  }
}

python.unpackArchive(bytes(wheel), "wheel");
copy(join(project, "scratch"), "/home/pyodide/scratch");
try {
  await python.runPythonAsync(readFileSync(program, "utf8"));
} catch (error) {
  console.log(error.message);
  process.exit(1);
}
