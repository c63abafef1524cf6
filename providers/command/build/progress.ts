import type * as logUpdateModule from "log-update";

import type { Progress } from "../../image/environment";
import type { Terminal } from "../program";

export interface ProgressDisplay {
    readonly progress: Progress;
    /** Takes the last line away. */
    done(): void;
}

/** What a build is doing: on a terminal one line that changes, elsewhere a line for each thing that was done. */
export function progressDisplay(stream: Terminal["stderr"]): ProgressDisplay {
    if (stream.isTTY !== true) {
        return { progress: ({ message, fraction }) => void (fraction ?? stream.write(`${message}\n`)), done: () => {} };
    }
    const { createLogUpdate } = require("log-update") as typeof logUpdateModule;
    const line = createLogUpdate(stream as NodeJS.WriteStream);
    return {
        progress: ({ message, fraction }) =>
            line(fraction === undefined ? message : `${message} ${Math.floor(fraction * 100)} %`),
        done: () => line.clear(),
    };
}
