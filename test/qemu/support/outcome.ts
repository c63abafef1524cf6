import assert from "node:assert/strict";
import type { Properties } from "../../../providers/lifecycle/handler";
import { commandLine } from "../../../providers/lifecycle/process";
import { bindError } from "../../../providers/qemu/check/listen";
import type { Port } from "../../../providers/qemu";
import type { FakeHost } from "./host";
import type { FakeStack } from "./stack";

/** Only where the engine never heard of a machine that was made does an `up` need `gc` first, and says so. */
export async function recover(stack: FakeStack, news: Properties | undefined): Promise<void> {
    if (news === undefined) {
        await stack.destroy();
        await stack.gc();
        return;
    }
    try {
        await stack.up(news);
    } catch (error) {
        assert.match((error as Error).message, /npx pulumi-linuxkit gc/);
        assert.equal(await stack.gc(), 1);
        await stack.up(news);
    }
}

/** The one that state and the program know, which answers and stays; nothing at all after `destroy`. */
export async function assertOneMachineOrNone(
    host: FakeHost,
    stack: FakeStack,
    news: Properties | undefined,
): Promise<void> {
    const port = portOf(stack);
    if (news !== undefined) {
        await assertOneMachine(host, stack, news);
        await stack.destroy();
        await stack.gc();
    }
    assert.equal((await host.processes()).length, 0);
    assert.equal((await host.files()).join(" "), "");
    assert.equal(port === undefined ? undefined : await bindError("tcp", port.address, port.host), undefined);
}

async function assertOneMachine(host: FakeHost, stack: FakeStack, news: Properties): Promise<void> {
    const running = await host.processes();
    assert.equal(running.length, 1);
    assert.equal((await host.journal.list()).length, 1);
    const words = await commandLine(running[0]?.pid as number);
    assert(words.includes(stack.state?.id ?? "no machine in state"));
    assert(words.includes(news["memory"] === "512 MB" ? "512M" : "256M"), words.join(" "));
    assert.equal(await stack.gc(), 0);
    await stack.refresh();
    assert.equal(stack.state?.outs["status"], "running");
    await stack.up(news);
    assert.deepEqual(await host.processes(), running);
}

function portOf({ state }: FakeStack): Port | undefined {
    return (state?.outs["ports"] as readonly Port[] | undefined)?.[0];
}
