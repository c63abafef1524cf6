import { type Engine, watchEngine } from "../../lifecycle/engine";

let watched: Engine | undefined;

/** The engine that runs this provider process, watched from the first handler on. */
export function engine(): Engine {
    watched ??= watchEngine();
    return watched;
}
