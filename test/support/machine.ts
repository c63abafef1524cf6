import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const HOST = /https?:\/\/(?:[^/\s@,|]+@)?([^/\s,|:]+)/g;

/** Hosts of a text's URLs. */
export function hostsIn(text: string): string[] {
    return [...text.matchAll(HOST)].map((match) => match[1]!.toLowerCase());
}

/** Hosts that this machine's npm, Go and apt are configured to fetch from. */
export function registryHosts(): string[] {
    const configured = [
        output("npm", ["config", "get", "registry"]),
        process.env.GOPROXY ?? "",
        output("go", ["env", "GOPROXY"]),
        ...filesOf("/etc/apt/sources.list"),
        ...filesOf("/etc/apt/sources.list.d"),
    ];
    return [...new Set(configured.flatMap(hostsIn))].filter((host) => host.includes("."));
}

function output(command: string, args: readonly string[]): string {
    try {
        return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    } catch {
        return "";
    }
}

function filesOf(location: string): string[] {
    if (!existsSync(location)) {
        return [];
    }
    return statSync(location).isDirectory()
        ? readdirSync(location).flatMap((name) => filesOf(path.join(location, name)))
        : [readFileSync(location, "utf8")];
}
