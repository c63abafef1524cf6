import { EventEmitter, once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { type EngineProcess, watchEngine } from "../../providers/lifecycle/engine";

class Host extends EventEmitter implements EngineProcess {
    readonly stdin = Object.assign(new EventEmitter(), { resume: jest.fn() });
    readonly exits: number[] = [];

    exit(code: number): void {
        this.exits.push(code);
        this.emit("exited");
    }
}

test("an engine that is gone: what runs comes to its boundary, and the process ends", async () => {
    const host = new Host();
    const engine = watchEngine(host, true);
    const seen: string[] = [];
    const operation = engine.operation(async (steps) => {
        await once(steps.signal, "abort");
        seen.push("stopped");
        return "answer";
    });
    const exited = once(host, "exited").then(() => seen.push("exit"));
    host.stdin.emit("end");
    host.stdin.emit("close");

    expect(await operation).toBe("answer");
    await exited;
    expect(seen).toEqual(["stopped", "exit"]);
    expect(host.exits).toEqual([1]);
    expect(engine.gone.aborted).toBe(true);
});

test("an operation that does not stop keeps the process for no longer than the engine would", async () => {
    const host = new Host();
    const engine = watchEngine(host, true, 50);
    void engine.operation(() => new Promise(() => {}));
    host.stdin.emit("end");
    await once(host, "exited");
    expect(host.exits).toEqual([1]);
});

test("Ctrl-C stops operations, and the engine ends the process", async () => {
    const host = new Host();
    const engine = watchEngine(host, true);
    await engine.answer(async () => {
        host.emit("SIGINT");
        expect(engine.interrupted.aborted).toBe(true);
        expect(engine.gone.aborted).toBe(false);
        await expect(engine.operation((steps) => steps.run("start", async () => {}))).rejects.toThrow("interrupted");
    });
    await delay(100);
    expect(host.exits).toEqual([]);

    host.emit("SIGINT");
    expect(host.exits).toEqual([130]);
});

test("an engine that is done need not wait: with no call running SIGINT ends the process", async () => {
    const host = new Host();
    const engine = watchEngine(host, true);
    expect(await engine.answer(async () => "answer")).toBe("answer");
    await expect(engine.answer(() => Promise.reject(new Error("a call that failed")))).rejects.toThrow("failed");
    host.emit("SIGINT");
    await once(host, "exited");
    expect(host.exits).toEqual([130]);
});

test("where nothing tells of the engine, Ctrl-C ends the process too, and the input is left alone", async () => {
    const host = new Host();
    watchEngine(host, false);
    expect(host.stdin.resume).not.toHaveBeenCalled();
    host.emit("SIGTERM");
    await once(host, "exited");
    expect(host.exits).toEqual([130]);
});
