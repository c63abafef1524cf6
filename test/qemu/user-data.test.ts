import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Properties } from "../../providers/lifecycle/handler";
import { findProcesses } from "../../providers/lifecycle/process";
import { readSettings, startedWith } from "../../providers/qemu/settings";
import { checked as checkedBy } from "../support/checked";
import { FakeHost, machine } from "./support/host";

const secret = { ssh: { entries: { key: { content: "hunter2", perm: "0600" } } } };

let host: FakeHost;
beforeEach(async () => {
    host = await FakeHost.make();
});
afterEach(() => host.close());

const checked = (news: Properties, olds?: Properties): Promise<Properties> => checkedBy(host.provider(), news, olds);

test("the machine is told by a file that only this user can read; the journal does not say it", async () => {
    const { id, outs } = await host.provider().create(await checked(machine({ userData: secret })));
    const file = join(host.journal.directory(id), "user-data");
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(secret);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const told = await findProcesses(["-fw_cfg", "name=opt/org.linuxkit/user-data,file=user-data"]);
    expect(told).toEqual(expect.arrayContaining([...(await host.processes())]));
    expect(JSON.stringify(await host.journal.list())).not.toContain("hunter2");

    await host.provider().delete(id, outs);
    expect(await host.files()).toEqual([]);
});

test("without user data there is neither file nor argument, and a start is compared as ever", async () => {
    const { id } = await host.provider().create(await checked(machine({ userData: "" })));
    await expect(stat(join(host.journal.directory(id), "user-data"))).rejects.toThrow("ENOENT");
    expect(Object.keys(startedWith(readSettings(machine())))).not.toContain("userData");
});

test("other user data replaces the machine and names the property; the same in another order changes nothing", async () => {
    const inputs = await checked(machine({ userData: secret }));
    const { id, outs } = await host.provider().create(inputs);
    const reordered = { ssh: { entries: { key: { perm: "0600", content: "hunter2" } } } };
    expect(await host.provider().diff(id, outs, await checked(machine({ userData: reordered }), outs))).toMatchObject({
        changes: false,
        replaces: [],
    });
    for (const userData of ["text", undefined]) {
        expect(await host.provider().diff(id, outs, await checked(machine({ userData }), outs))).toEqual({
            changes: true,
            replaces: ["userData"],
            deleteBeforeReplace: true,
        });
    }
});

test("a preview refuses what is too long, by its property", async () => {
    const { failures } = await host.provider().check({}, machine({ userData: "x".repeat(16_385) }));
    expect(failures).toEqual([{ property: "userData", reason: expect.stringContaining("16385 bytes long") as string }]);
});
