import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Architecture } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";

const programs: Readonly<Record<Architecture, string>> = {
    amd64: "qemu-system-x86_64",
    arm64: "qemu-system-aarch64",
};

const debianPackages: Readonly<Record<Architecture, string>> = { amd64: "qemu-system-x86", arm64: "qemu-system-arm" };

/**
 * The path of the QEMU that emulates an architecture.
 * @throws LinuxKitError `qemu-missing` with the command that installs it
 */
export async function findQemu(architecture: Architecture, path?: string): Promise<string> {
    return findProgram(programs[architecture], debianPackages[architecture], path);
}

/**
 * The path of `qemu-img`.
 * @throws LinuxKitError `qemu-missing` with the command that installs it
 */
export async function findQemuImg(path?: string): Promise<string> {
    return findProgram("qemu-img", "qemu-utils", path);
}

async function findProgram(
    program: string,
    debianPackage: string,
    path: string = process.env["PATH"] ?? "",
): Promise<string> {
    for (const folder of path.split(delimiter).filter((part) => part !== "")) {
        const candidate = join(folder, program);
        if (await isExecutable(candidate)) {
            return candidate;
        }
    }
    const install =
        process.platform === "darwin"
            ? "brew install qemu"
            : `apt-get install --no-install-recommends ${debianPackage} (Debian, Ubuntu), or your system's package of that program`;
    throw new LinuxKitError("qemu-missing", `${program} is not on PATH: install it with ${install}`, { program });
}

async function isExecutable(path: string): Promise<boolean> {
    try {
        await access(path, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}
