const path = require("node:path");

// A project's own testTimeout is not read by Jest: only what a set-up file says counts.
const patience = (minutes) => ({ setupFilesAfterEnv: [`<rootDir>/test/support/patience-${minutes}m.cjs`] });

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
const DIFFERENTIAL = "<rootDir>/test/**/*.differential.test.ts";
const MACHINE = ["<rootDir>/test/**/*.boot.test.ts", "<rootDir>/test/e2e/**/*.test.ts"];

/**
 * Four kinds of tests: `unit` needs nothing, `archive` reaches a package archive, `differential` holds what we build
 * against what the real linuxkit builds, `machine` boots QEMU or drives the Pulumi CLI.
 *
 * @type {import("jest").Config}
 */
module.exports = {
    // Each file's modules stay in a worker's memory, the AWS SDK's among them: gigabytes by the end.
    workerIdleMemoryLimit: "1500MB",
    projects: [
        {
            ...common,
            displayName: "unit",
            testMatch: ["<rootDir>/test/**/*.test.ts"],
            testPathIgnorePatterns: ["\\.(archive|boot|differential)\\.test\\.ts$", "<rootDir>/test/e2e/"],
            ...patience(1),
        },
        { ...common, displayName: "archive", testMatch: [ARCHIVE], ...patience(10) },
        { ...common, displayName: "differential", testMatch: [DIFFERENTIAL], ...patience(10) },
        { ...common, displayName: "machine", testMatch: MACHINE, ...patience(10) },
    ],
};
