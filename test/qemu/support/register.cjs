// Lets a child process run TypeScript sources as the tests do.
const { transformFileSync } = require("@swc/core");

// The only hook that reaches a CommonJS require made before the child's own code runs.
// oxlint-disable-next-line typescript/no-deprecated
require.extensions[".ts"] = (module, filename) => {
    const { code } = transformFileSync(filename, {
        jsc: { target: "es2023", parser: { syntax: "typescript" } },
        module: { type: "commonjs" },
    });
    module["_compile"](code, filename);
};
