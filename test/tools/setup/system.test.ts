import { writeFileSync } from "node:fs";
import path from "node:path";
import { ensurePrograms } from "../../../tools/setup/system.ts";
import type { SystemEffects } from "../../../tools/setup/system.ts";
import { temporaryFolder, writeScript } from "../../support/folder";
import { recordingReport } from "../../support/recorder";

const folder = temporaryFolder();
const emulator = { program: "emulator", debianPackage: "emulator-x86", homebrewPackage: "emulator" };
const checker = { program: "checker", debianPackage: "checker", homebrewPackage: "checker" };

function effects(overrides: Partial<SystemEffects> = {}): SystemEffects & { calls: string[] } {
    const calls: string[] = [];
    return {
        calls,
        env: { PATH: folder() },
        report: recordingReport(),
        isRoot: true,
        platform: "linux",
        isDebian: true,
        run: (command, args) => {
            calls.push([command, ...args].join(" "));
            if (args.includes("install")) {
                args.slice(args.indexOf("emulator-x86")).forEach(() =>
                    writeScript(path.join(folder(), "emulator"), ""),
                );
            }
            return Promise.resolve({ code: 0, output: "", stdout: "" });
        },
        ...overrides,
    };
}

test("nothing is run when all is there", async () => {
    writeScript(path.join(folder(), "emulator"), "");
    const given = effects();
    await ensurePrograms([emulator], given);
    expect(given.calls).toEqual([]);
});

test("root on Debian: only what is missing is installed, after an update", async () => {
    writeScript(path.join(folder(), "checker"), "");
    const given = effects();
    await ensurePrograms([emulator, checker], given);
    expect(given.calls).toEqual(["apt-get update", "apt-get install --yes --no-install-recommends emulator-x86"]);
});

test.each([
    [
        "a user of Debian",
        { isRoot: false },
        [
            "Missing: emulator, checker. Run this, then the same command again:",
            "    sudo apt-get update",
            "    sudo apt-get install --yes --no-install-recommends emulator-x86 checker",
        ],
    ],
    [
        "macOS",
        { platform: "darwin" as const, isRoot: false },
        ["Missing: emulator, checker. Run this, then the same command again:", "    brew install emulator checker"],
    ],
    [
        "another Linux",
        { isDebian: false },
        [
            "Missing: emulator, checker. Install them with this system's package manager, then run the same command again.",
        ],
    ],
])("%s is told what to run, and nothing is run", async (_, overrides, lines) => {
    const given = effects(overrides);
    await expect(ensurePrograms([emulator, checker], given)).rejects.toThrow(lines.join("\n"));
    expect(given.calls).toEqual([]);
});

test("what is no program, or not on everyone's PATH, is looked for where Debian has it", async () => {
    const file = path.join(folder(), "firmware.fd");
    const firmware = { ...emulator, debianPackage: "firmware", debianFile: file };
    const given = effects({ isRoot: false });
    await expect(ensurePrograms([firmware], given)).rejects.toThrow(`Missing: ${file}. Run this`);
    await expect(ensurePrograms([firmware], { ...given, isDebian: false })).rejects.toThrow(
        "Missing: emulator. Install",
    );
    writeFileSync(file, "");
    await ensurePrograms([firmware], given);
    expect(given.calls).toEqual([]);
});

test("apt-get's own words are shown when it fails", async () => {
    const failing = effects({ run: () => Promise.resolve({ code: 100, output: "E: no such package", stdout: "" }) });
    await expect(ensurePrograms([emulator], failing)).rejects.toThrow(
        "apt-get update failed with exit code 100:\nE: no such package",
    );
});

test("a package that does not bring its program is a failure", async () => {
    await expect(ensurePrograms([checker], effects())).rejects.toThrow("not there: checker");
});
