import { type Engine, watchEngine } from "../../lifecycle/engine";
import { onCancel } from "../cancellation";

let watched: Engine | undefined;

/** The engine that runs this provider process, watched from the first handler on. */
export function engine(): Engine {
    watched ??= watch();
    return watched;
}

function watch(): Engine {
    const found = watchEngine();
    onCancel(() => {
        if (!found.interrupted.aborted) {
            process.emit("SIGINT");
        }
    });
    return found;
}
