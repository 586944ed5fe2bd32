// Paths relative to the page, so that the same files work below any address and in any folder. The
// licences of what is bundled travel with it.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: { target: "es2022", assetsInlineLimit: 0, license: { fileName: "licenses.md" } },
});
