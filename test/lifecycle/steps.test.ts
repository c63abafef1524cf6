import { Interrupted, watchedSteps } from "../../providers/lifecycle/steps";

function signals(): { interrupted: AbortController; gone: AbortController } {
    return { interrupted: new AbortController(), gone: new AbortController() };
}

function stepsOf({ interrupted, gone }: ReturnType<typeof signals>): ReturnType<typeof watchedSteps> {
    return watchedSteps({ interrupted: interrupted.signal, gone: gone.signal });
}

test("a step's answer passes through", async () => {
    const steps = stepsOf(signals());
    expect(await steps.run("add", async () => 1 + 1)).toBe(2);
    expect(await steps.undo("subtract", async () => 1 - 1)).toBe(0);
});

test("after Ctrl-C no step starts, but what was made is taken back", async () => {
    const watched = signals();
    const steps = stepsOf(watched);
    const started = jest.fn(async () => {});
    watched.interrupted.abort("interrupted");

    await expect(steps.run("start", started)).rejects.toThrow(Interrupted);
    await expect(steps.run("start", started)).rejects.toThrow('stopped before the step "start": interrupted');
    expect(started).not.toHaveBeenCalled();
    await expect(steps.undo("take back", async () => "done")).resolves.toBe("done");
    expect(steps.signal.aborted).toBe(true);
});

test("once the engine is gone, nothing starts at all", async () => {
    const watched = signals();
    const steps = stepsOf(watched);
    watched.gone.abort("the Pulumi engine is gone");
    await expect(steps.run("start", async () => {})).rejects.toThrow("the Pulumi engine is gone");
    await expect(steps.undo("take back", async () => {})).rejects.toThrow("the Pulumi engine is gone");
    expect(steps.signal.aborted).toBe(true);
});

test("a step that began before is not cut in two", async () => {
    const watched = signals();
    const steps = stepsOf(watched);
    const begun = steps.run("write", async () => {
        watched.gone.abort("gone");
        await Promise.resolve();
        return "written";
    });
    await expect(begun).resolves.toBe("written");
});
