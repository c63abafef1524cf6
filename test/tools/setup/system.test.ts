import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
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

describe("a program whose package starts a service", () => {
    const registry = {
        program: "registry",
        debianPackage: "registry-service",
        homebrewPackage: "distribution",
        isService: true,
    };
    const bin = () => path.join(folder(), "cache", "pulumi-linuxkit-tools", "registry-service-unpacked", "usr", "bin");
    const lines: string[] = [];
    const unpacking = (overrides: Partial<SystemEffects> = {}) =>
        effects({
            env: { PATH: folder(), XDG_CACHE_HOME: path.join(folder(), "cache") },
            isRoot: false,
            run: (command, args, { cwd = "" } = {}) => {
                lines.push([command, ...args].join(" "));
                if (args[0] === "download") {
                    writeFileSync(path.join(cwd, "registry-service_1_amd64.deb"), "");
                } else {
                    mkdirSync(path.join(cwd, "usr", "bin"), { recursive: true });
                    writeScript(path.join(cwd, "usr", "bin", "registry"), "");
                }
                return Promise.resolve({ code: 0, output: "", stdout: "" });
            },
            ...overrides,
        });
    beforeEach(() => lines.splice(0));

    test("is unpacked once and not installed, by whoever asks", async () => {
        const given = unpacking();
        expect(await ensurePrograms([registry], given)).toEqual([bin()]);
        expect(await ensurePrograms([registry], given)).toEqual([bin()]);
        expect(lines).toEqual([
            "apt-get download registry-service",
            "dpkg-deb --extract registry-service_1_amd64.deb .",
        ]);
        expect(readdirSync(path.join(bin(), "../.."))).toEqual(["usr"]);
    });

    test("is taken from PATH where it is there", async () => {
        writeScript(path.join(folder(), "registry"), "");
        expect(await ensurePrograms([registry], unpacking())).toEqual([]);
        expect(lines).toEqual([]);
    });

    test("that cannot be had is an error in apt-get's words", async () => {
        const failing = unpacking({ run: () => Promise.resolve({ code: 100, output: "E: no lists", stdout: "" }) });
        await expect(ensurePrograms([registry], failing)).rejects.toThrow(
            "apt-get download registry-service failed with exit code 100; apt-get update may help:\nE: no lists",
        );
        expect(existsSync(bin())).toBe(false);
    });

    test("is looked for like any other elsewhere", async () => {
        const elsewhere = unpacking({ isDebian: false, platform: "darwin" });
        await expect(ensurePrograms([registry], elsewhere)).rejects.toThrow("    brew install distribution");
    });
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
