#!/usr/bin/env node
import { LinuxKitError } from "../../sdk/assembly/error";
import { requireNode } from "../lifecycle/node-version";
import { exitCodes } from "./exit-codes";
import { program } from "./program";

/** A reader that has seen enough, as of `build | head`, is no failure. */
for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE") {
            throw error;
        }
    });
}

async function main(): Promise<void> {
    requireNode();
    await program(process).parseAsync(process.argv);
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof LinuxKitError ? error.message : String((error as Error).stack)}\n`);
    process.exitCode = exitCodes.failed;
});
