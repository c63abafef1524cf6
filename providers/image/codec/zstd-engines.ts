import type { Transform } from "node:stream";
import { type ZstdOptions, constants, createZstdCompress, createZstdDecompress } from "node:zlib";

import { type Chunks, release } from "./bytes";
import { feed, untilClosed } from "./transform";

const IDLE_MILLISECONDS = 1000;
const MAX_IDLE = 4;

/** A stream of node:zlib that is never ended: it codes one frame after the other. */
interface Engine {
    readonly stream: Transform;
    readonly write: (piece: Buffer) => Promise<void>;
    /** Comes to the end of a frame. */
    readonly finish: () => Promise<void>;
    /** What is done when there may be something to read. */
    wake: () => void;
}

const idle = new Map<string, Engine[]>();

/** One frame of `source`. */
export function compressFrame(
    source: Chunks,
    options: ZstdOptions,
    pieceBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
    const open = () => {
        const stream = createZstdCompress(options);
        return engineOf(stream, (done) => stream.flush(constants.ZSTD_e_end, done));
    };
    return throughEngine(source, JSON.stringify(["compress", options]), open, pieceBytes);
}

/** What one whole frame holds. */
export function decompressFrame(
    frame: Chunks,
    options: ZstdOptions,
    pieceBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
    const open = () => engineOf(createZstdDecompress(options), (done) => done());
    return throughEngine(frame, JSON.stringify(["decompress", options]), open, pieceBytes);
}

function engineOf(stream: Transform, finish: (done: () => void) => void): Engine {
    const whileOpen = untilClosed(stream);
    const engine: Engine = {
        stream,
        write: (piece) => whileOpen((done) => stream.write(piece, done)),
        finish: () => whileOpen(finish),
        wake: () => {},
    };
    stream.on("readable", () => engine.wake());
    // Who writes is told of it by `untilClosed`.
    stream.on("error", () => {});
    return engine;
}

/**
 * Node frees the tables of a zstd stream, which take megabytes, when it collects garbage and not when the stream is closed,
 * and does not count them for when to collect: so those that are done code the next frame.
 */
async function* throughEngine(
    source: Chunks,
    key: string,
    open: () => Engine,
    pieceBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
    const engine = idle.get(key)?.pop() ?? open();
    let end = (): void => void engine.stream.destroy();
    try {
        yield* coded(source, engine, pieceBytes);
        end = () => keep(key, engine);
    } finally {
        end();
    }
}

async function* coded(source: Chunks, engine: Engine, pieceBytes: number): AsyncGenerator<Buffer, void, undefined> {
    const fed = feed(source, engine.write, pieceBytes).then(engine.finish);
    const feeding: { isOver: boolean } = { isOver: false };
    const over = () => {
        feeding.isOver = true;
        engine.wake();
    };
    fed.then(over, over);
    for (;;) {
        const chunk = engine.stream.read() as Buffer | null;
        if (chunk !== null) {
            yield chunk;
            release(chunk);
        } else if (feeding.isOver) {
            await fed;
            return;
        } else {
            await new Promise<void>((resolve) => (engine.wake = resolve));
        }
    }
}

function keep(key: string, engine: Engine): void {
    const engines = idle.get(key) ?? [];
    idle.set(key, engines);
    engines.push(engine);
    if (engines.length > MAX_IDLE) {
        engines.shift()?.stream.destroy();
    }
    setTimeout(() => discard(engines, engine), IDLE_MILLISECONDS).unref();
}

function discard(engines: Engine[], engine: Engine): void {
    const at = engines.indexOf(engine);
    if (at >= 0) {
        engines.splice(at, 1);
        engine.stream.destroy();
    }
}
