#!/usr/bin/env node
import { LinuxKitError } from "../../sdk/assembly/error";
import { exitCodes, program } from "./program";

/** A reader that has seen enough, as of `console | head`, ends a command as Ctrl-C does. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
        throw error;
    }
    process.emit("SIGINT");
});

program(process)
    .parseAsync(process.argv)
    .catch((error: unknown) => {
        process.stderr.write(`${error instanceof LinuxKitError ? error.message : String((error as Error).stack)}\n`);
        process.exitCode = exitCodes.failed;
    });
