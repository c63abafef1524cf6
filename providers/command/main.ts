#!/usr/bin/env node
import { LinuxKitError } from "../../sdk/assembly/error";
import { exitCodes, program } from "./program";

program(process)
    .parseAsync(process.argv)
    .catch((error: unknown) => {
        process.stderr.write(`${error instanceof LinuxKitError ? error.message : String((error as Error).stack)}\n`);
        process.exitCode = exitCodes.failed;
    });
