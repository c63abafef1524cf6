import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ToolError } from "../../process/report.ts";
import type { Workshop } from "../measure/workshop.ts";

/** The emulator of AWS in a process of its own, as a user starts it, until the bench ends; gives its endpoint. */
export async function startEmulator(workshop: Workshop): Promise<string> {
    const { root, directory } = workshop;
    const script = join(root, "test", "clouds", "aws", "main.ts");
    const args = [script, "--state", join(directory, "aws"), "--guests", "off"];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    workshop.atEnd(() => void child.kill("SIGKILL"));
    const ended = once(child, "close").then(([code]) => {
        throw new ToolError(`the emulator of AWS ended with exit code ${String(code)}`);
    });
    ended.catch(() => {});
    const [line] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
    return line.toString().trim();
}
