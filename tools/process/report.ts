/** Says what goes on, one line a step. */
export interface Report {
    step(message: string): void;
    note(message: string): void;
}

export const consoleReport: Report = {
    step: (message) => console.log(`==> ${message}`),
    note: (message) => console.log(`    ${message}`),
};

/** A failure whose message is all that the user needs: no stack is shown. */
export class ToolError extends Error {
    constructor(message: string, options?: ErrorOptions) {
        super(message, options);
        this.name = "ToolError";
    }
}

/** Runs a command's main function and turns what it throws into a message and an exit code. */
export async function runMain(main: () => Promise<number | void>): Promise<void> {
    try {
        process.exitCode = (await main()) ?? 0;
    } catch (error) {
        console.error(error instanceof ToolError ? `\n${error.message}` : error);
        process.exitCode = 1;
    }
}
