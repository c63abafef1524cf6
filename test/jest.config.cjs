const path = require("node:path");

const MINUTE_MS = 60_000;

const common = {
    rootDir: path.join(__dirname, ".."),
    testEnvironment: "node",
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

const ARCHIVE = "<rootDir>/test/**/*.archive.test.ts";
const MACHINE = ["<rootDir>/test/**/*.boot.test.ts", "<rootDir>/test/e2e/**/*.test.ts"];

/**
 * Three kinds of tests: `unit` needs nothing, `archive` reaches a package archive, `machine` boots QEMU or drives the
 * Pulumi CLI.
 *
 * @type {import("jest").Config}
 */
module.exports = {
    projects: [
        {
            ...common,
            displayName: "unit",
            testMatch: ["<rootDir>/test/**/*.test.ts"],
            testPathIgnorePatterns: ["\\.(archive|boot)\\.test\\.ts$", "<rootDir>/test/e2e/"],
            testTimeout: MINUTE_MS,
        },
        { ...common, displayName: "archive", testMatch: [ARCHIVE], testTimeout: 10 * MINUTE_MS },
        { ...common, displayName: "machine", testMatch: MACHINE, testTimeout: 10 * MINUTE_MS },
    ],
};
