"use strict";

/**
 * Entry of the npm scripts: `node tools/bootstrap.cjs <command> [argument...]` runs tools/<command>/main.ts.
 * It runs under any Node from 20 on with nothing installed: it installs the packages of the lock file where they
 * are missing or differ, and goes on under the Node that is one of them.
 */

const { spawn, spawnSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const path = require("node:path");

const OLDEST_NODE = 20;
const ROOT = path.join(__dirname, "..");
const BINARIES = path.join(ROOT, "node_modules", ".bin");

function main([command, ...args]) {
    requireNode();
    if (!installedAsLocked(readJson("package-lock.json"), readJson("node_modules/.package-lock.json"))) {
        installPackages();
    }
    runCommand(command, args);
}

function requireNode() {
    if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
        fail(`Node ${process.versions.node} is too old: Node ${OLDEST_NODE} or newer is needed to start.`);
    }
}

function readJson(file) {
    try {
        return JSON.parse(readFileSync(path.join(ROOT, file), "utf8"));
    } catch (error) {
        if (error.code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}

/** npm writes node_modules/.package-lock.json last, so an install that was cut short has none. */
function installedAsLocked(lock, installed) {
    if (lock === undefined || installed === undefined) {
        return false;
    }
    return Object.entries(lock.packages).every(([location, wanted]) => {
        const present = installed.packages[location];
        if (location === "" || (present === undefined && wanted.optional)) {
            return true;
        }
        return present?.version === wanted.version && present?.integrity === wanted.integrity;
    });
}

function installPackages() {
    console.log("==> Installing the npm packages of package-lock.json");
    const npm = process.env.npm_execpath;
    const [program, args] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
    const { status, error } = spawnSync(program, [...args, "ci", "--loglevel=error"], { cwd: ROOT, stdio: "inherit" });
    if (status !== 0) {
        fail(`npm ci failed (${error?.message ?? `exit code ${status}`}): see its message above.`);
    }
}

function runCommand(command, args) {
    const child = spawn(path.join(BINARIES, "node"), [path.join(ROOT, "tools", command, "main.ts"), ...args], {
        cwd: ROOT,
        stdio: "inherit",
        env: { ...process.env, PATH: `${BINARIES}${path.delimiter}${process.env.PATH}` },
    });
    // A terminal sends Ctrl-C to the whole process group: the command has it already.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("error", (error) => fail(`The project's Node could not be started: ${error.message}`));
    child.on("exit", (code) => {
        process.exitCode = code ?? 1;
    });
}

function fail(message) {
    console.error(message);
    process.exit(1);
}

module.exports = { installedAsLocked };

if (require.main === module) {
    main(process.argv.slice(2));
}
