/** @type {import("jest").Config} */
module.exports = {
    rootDir: "..",
    testEnvironment: "node",
    testMatch: ["<rootDir>/test/**/*.test.ts"],
    modulePathIgnorePatterns: ["<rootDir>/dist/"],
    transform: {
        "\\.[cm]?[jt]s$": [
            "@swc/jest",
            {
                jsc: { target: "es2023", parser: { syntax: "typescript", decorators: false } },
                module: { type: "commonjs" },
                sourceMaps: "inline",
            },
        ],
    },
    transformIgnorePatterns: ["/node_modules/(?!(p-limit|p-retry|yocto-queue|is-network-error)/)"],
};
