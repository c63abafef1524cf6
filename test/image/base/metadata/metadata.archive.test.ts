import { randomBytes } from "node:crypto";

import { MetadataGuest, type Outcome } from "./guest";
import { type Holdings, MetadataServer, type Temper } from "./server";

let guest: MetadataGuest;
let server: MetadataServer;
beforeAll(async () => {
    guest = await MetadataGuest.make();
    server = await MetadataServer.start();
});
afterAll(async () => {
    await server.close();
    guest.remove();
});

const aws: Holdings = {
    "/latest/meta-data/instance-id": "i-0abc",
    "/latest/meta-data/instance-type": "t3.micro",
    "/latest/meta-data/placement/availability-zone": "eu-west-1a",
    "/latest/meta-data/hostname": "ip-10-0-0-1.eu-west-1.compute.internal",
    "/latest/meta-data/local-hostname": "ip-10-0-0-1.eu-west-1.compute.internal",
    "/latest/meta-data/local-ipv4": "10.0.0.1",
};
const userData = (value: string | Buffer): Holdings => ({ ...aws, "/latest/user-data": value });
const onAws = { "sys/class/dmi/id/sys_vendor": "Amazon EC2\n" };

function run(
    holdings: Holdings,
    temper: Temper = {},
    machine: Readonly<Record<string, string>> = onAws,
): Promise<Outcome> {
    server.hold(holdings, temper);
    return guest.run(server.port, [], machine);
}

describe("AWS", () => {
    const facts = {
        provider: "AWS",
        instance_id: "i-0abc",
        instance_type: "t3.micro",
        availability_zone: "eu-west-1a",
        hostname: "ip-10-0-0-1.eu-west-1.compute.internal",
        local_hostname: "ip-10-0-0-1.eu-west-1.compute.internal",
        local_ipv4: "10.0.0.1",
    };

    test("IMDSv2 gives facts, host name, plain user data and every key", async () => {
        const outcome = await run({
            ...userData("#!/bin/sh\necho hello\n"),
            "/latest/meta-data/public-keys/": "0=first\n1=second",
            "/latest/meta-data/public-keys/0/openssh-key": "ssh-ed25519 AAAA first\n",
            "/latest/meta-data/public-keys/1/openssh-key": "ssh-ed25519 BBBB second",
        });
        expect(outcome).toMatchObject({ code: 0, error: "", hostname: "ip-10-0-0-1.eu-west-1.compute.internal\n" });
        expect(outcome.files).toEqual({
            ...facts,
            userdata: "#!/bin/sh\necho hello\n",
            ssh: "folder",
            "ssh/authorized_keys": "ssh-ed25519 AAAA first\nssh-ed25519 BBBB second\n",
        });
        expect(outcome.modes).toMatchObject({ userdata: "644", ssh: "755", "ssh/authorized_keys": "600" });
        expect(outcome.console).toEqual(["linuxkit: metadata: AWS: 21 bytes of user data, 2 ssh keys, host name"]);
    });

    test("nothing but the facts", async () => {
        const outcome = await run(aws);
        expect(outcome.files).toEqual(facts);
        expect(outcome.console).toEqual(["linuxkit: metadata: AWS: no user data, host name"]);
    });

    test("slow, busy, and cut off half way: it asks again, and nothing of it is lost", async () => {
        const outcome = await run(userData("slow"), { delayMs: 100, busy: 1, cut: 1 });
        expect(outcome).toMatchObject({ code: 0, files: { ...facts, userdata: "slow" } });
    });

    test.each<[string, Temper, string]>([
        ["knows v1 alone", { refusesTokens: 404 }, "aws: 127.0.0.1 speaks no IMDSv2: it refuses a token (HTTP 404)"],
        ["is turned off", { refusesTokens: 403 }, "refuses to answer this machine (HTTP 403): turn its metadata"],
        ["is silent", { silent: true }, "does not answer when asked for /latest/api/token: is the network up"],
        ["stays busy", { busy: 100 }, "answers HTTP 503 when asked for /latest/api/token"],
        ["cuts each answer off", { cut: 100 }, "bytes when asked for /latest/api/token"],
    ])("a service that %s is an error with its name", async (_, temper, reason) => {
        const outcome = await run(userData("lost"), temper);
        expect(outcome).toMatchObject({ code: 1, error: expect.stringContaining(reason) as string });
        expect(outcome.files["userdata"]).toBeUndefined();
    });

    test("a host name of more than Linux takes is its first label; one that is none is left", async () => {
        const long = await run({ ...aws, "/latest/meta-data/hostname": `web.${"x".repeat(70)}` });
        expect(long.hostname).toBe("web\n");
        const bad = await run({ ...aws, "/latest/meta-data/hostname": "a b\u001b[2J" });
        expect(bad.hostname).toBe("before\n");
        expect(bad.console[0]).toBe("linuxkit: metadata: the host name is kept as it was: the new one is none");
    });
});

describe("Google and Azure", () => {
    const google = "/computeMetadata/v1/instance";
    const gcp: Holdings = {
        [`${google}/hostname`]: "web.c.shop.internal",
        [`${google}/id`]: "4567890123456789012",
        [`${google}/machine-type`]: "projects/1/machineTypes/e2-small",
        [`${google}/zone`]: "projects/1/zones/europe-west1-b",
        [`${google}/network-interfaces/0/ip`]: "10.0.0.2",
        [`${google}/attributes/user-data`]: '{"a": {"content": "b"}}',
        [`${google}/attributes/ssh-keys`]: "jane:ssh-ed25519 AAAA jane@x\nroot:ssh-rsa BBBB",
        "/computeMetadata/v1/project/attributes/ssh-keys": "joe:ssh-ed25519 CCCC",
    };
    const onGoogle = { "sys/class/dmi/id/product_name": "Google Compute Engine\n" };

    test("Google's facts, user data and keys, the project's too unless the instance blocks them", async () => {
        const outcome = await run(gcp, {}, onGoogle);
        expect(outcome).toMatchObject({ code: 0, error: "", hostname: "web.c.shop.internal\n" });
        expect(outcome.files).toEqual({
            provider: "GCP",
            hostname: "web.c.shop.internal",
            instance_id: "4567890123456789012",
            instance_type: "e2-small",
            availability_zone: "europe-west1-b",
            local_ipv4: "10.0.0.2",
            userdata: '{"a": {"content": "b"}}',
            a: "b",
            ssh: "folder",
            "ssh/authorized_keys": "ssh-ed25519 AAAA jane@x\nssh-rsa BBBB\nssh-ed25519 CCCC\n",
        });
        const blocked = await run({ ...gcp, [`${google}/attributes/block-project-ssh-keys`]: "TRUE" }, {}, onGoogle);
        expect(blocked.files["ssh/authorized_keys"]).toBe("ssh-ed25519 AAAA jane@x\nssh-rsa BBBB\n");
    });

    const azurePath = "/metadata/instance?api-version=2021-02-01";
    const azure = {
        compute: {
            name: "web",
            vmId: "1-2",
            vmSize: "Standard_B1s",
            location: "westeurope",
            zone: "1",
            publicKeys: [{ keyData: "ssh-rsa AAAA\r\n" }, { keyData: "ssh-rsa BBBB" }],
            userData: Buffer.from([0, 255, 10, 1]).toString("base64"),
        },
        network: { interface: [{ ipv4: { ipAddress: [{ privateIpAddress: "10.0.0.4", publicIpAddress: "" }] } }] },
    };
    const onAzure = {
        "sys/class/dmi/id/sys_vendor": "Microsoft Corporation\n",
        "sys/class/dmi/id/chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77\n",
    };

    test("Azure's description of the instance, and user data out of base64", async () => {
        const outcome = await run({ [azurePath]: JSON.stringify(azure) }, {}, onAzure);
        expect(outcome).toMatchObject({ code: 0, error: "", hostname: "web\n" });
        expect(outcome.files).toEqual({
            provider: "Azure",
            hostname: "web",
            instance_id: "1-2",
            instance_type: "Standard_B1s",
            availability_zone: "westeurope-1",
            local_ipv4: "10.0.0.4",
            userdata: "\u0000\u00ff\n\u0001",
            ssh: "folder",
            "ssh/authorized_keys": "ssh-rsa AAAA\nssh-rsa BBBB\n",
        });
    });

    test("an instance of Azure with nothing but a name, and one in no form that is known", async () => {
        const bare = await run({ [azurePath]: '{"compute":{"name":"web","userData":""}}' }, {}, onAzure);
        expect(bare.files).toEqual({ provider: "Azure", hostname: "web" });
        const broken = await run({ [azurePath]: "<html>" }, {}, onAzure);
        expect(broken).toMatchObject({
            code: 1,
            error: "azure: 127.0.0.1 describes the instance in no form of JSON that is known",
        });
    });
});

describe("where to ask", () => {
    const device = "sys/firmware/qemu_fw_cfg/by_name";
    const item = `${device}/opt/org.linuxkit/user-data/raw`;

    test("QEMU's device, with user data and without", async () => {
        const told = await run({}, {}, { [item]: '{"a":{"content":"b"}}' });
        expect(told).toMatchObject({ code: 0, files: { provider: "QEMU", a: "b" }, hostname: "before\n" });
        const untold = await run({}, {}, { "sys/class/dmi/id/sys_vendor": "QEMU\n", [`${device}/etc/x/raw`]: "" });
        expect(untold.files).toEqual({ provider: "QEMU" });
        expect(untold.console).toEqual(["linuxkit: metadata: QEMU: no user data"]);
        expect(server.asked).toEqual([]);
    });

    test("QEMU without the driver is an error", async () => {
        const outcome = await run({}, {}, { "sys/class/dmi/id/sys_vendor": "QEMU\n" });
        expect(outcome.code).toBe(1);
        expect(outcome.error).toMatch(/^qemu: there is no .*: is qemu_fw_cfg among the modules of the kernel\?$/);
    });

    test("a cloud is known before the QEMU that it is made of", async () => {
        const outcome = await run(aws, {}, { ...onAws, [item]: "other" });
        expect(outcome.files["provider"]).toBe("AWS");
    });

    test("a machine that says nothing of itself asks nobody", async () => {
        const outcome = await run(userData("x"), {}, {});
        expect(outcome).toMatchObject({ code: 0, files: {} });
        expect(outcome.console[0]).toMatch(/^linuxkit: metadata: nobody to ask: /);
        expect(server.asked).toEqual([]);
    });

    test("the providers that are given are asked in turn, and what one of them left is no part of the next one's", async () => {
        server.hold({ "/latest/meta-data/instance-id": "i-1" });
        const second = await guest.run(server.port, ["azure", "aws"], onAws);
        expect(second.files).toEqual({ provider: "AWS", instance_id: "i-1" });
        const none = await guest.run(server.port, ["qemu", "azure"], onAws);
        expect(none).toMatchObject({ code: 1, files: {} });
        expect(none.error).toMatch(
            /^qemu: there is no .*; azure: 127\.0\.0\.1 refuses .*: HTTP 403$|^qemu: .*; azure: .*knows no instance/,
        );
    });
});

describe("user data", () => {
    test.each<[string, Buffer]>([
        ["16 KB of bytes", randomBytes(16_384)],
        ["every byte", Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
        ["lines without an end", Buffer.from("\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")],
    ])("%s is kept as it is", async (_, bytes) => {
        const outcome = await run(userData(bytes));
        expect(Buffer.from(outcome.files["userdata"] ?? "", "latin1").equals(bytes)).toBe(true);
        expect(outcome.code).toBe(0);
    });

    test("JSON in LinuxKit's layout becomes files and folders with their permissions, whatever is in them", async () => {
        const odd = `"quotes' \\ $(reboot) \`x\` %s\n\ttab \u0000 é 😀 `;
        const outcome = await run(
            userData(
                JSON.stringify({
                    hostname: { content: "chosen\n" },
                    ssh: { entries: { sshd_config: { perm: "0600", content: "Port 22\n" } } },
                    sealed: { perm: "0500", entries: { "a b": { content: odd, perm: "400" }, empty: { content: "" } } },
                    nothing: { entries: {} },
                    "-n $(x) *": { content: "odd name" },
                }),
            ),
        );
        expect(outcome).toMatchObject({ code: 0, error: "", hostname: "chosen\n" });
        expect(outcome.files).toMatchObject({
            "ssh/sshd_config": "Port 22\n",
            "sealed/a b": Buffer.from(odd).toString("latin1"),
            "sealed/empty": "",
            nothing: "folder",
            "-n $(x) *": "odd name",
        });
        expect(outcome.modes).toMatchObject({
            "ssh/sshd_config": "600",
            sealed: "500",
            "sealed/a b": "400",
            "sealed/empty": "644",
            nothing: "755",
        });
        expect(outcome.console).toEqual([
            expect.stringMatching(/^linuxkit: metadata: AWS: \d+ bytes of user data, 5 files, host name$/),
        ]);
    });

    test("16 KB of JSON in one file", async () => {
        const content = "x".repeat(16_384 - 30);
        const outcome = await run(userData(JSON.stringify({ big: { content } })));
        expect(outcome.files["big"]).toBe(content);
    });

    const neither = "an entry that has not either content or entries";
    const badName = "a name that no file can have";
    const escape = (name: string) =>
        JSON.stringify({ good: { content: "x" }, a: { entries: { [name]: { content: "x" } } } });
    test.each<[string, string, string]>([
        ["cut off", '{"a": {"content": "secret', "not JSON: Unfinished"],
        ["two objects", "{}{}", "more or less than one object"],
        ["of another kind", '{"port": 8080}', "an entry that is no object"],
        ["of neither", '{"a": {}}', neither],
        ["of both", '{"a": {"content": "secret", "entries": {}}}', neither],
        ["a number for content", '{"a": {"content": 1}}', "content that is no string"],
        ["a list for entries", '{"a": {"entries": []}}', "entries that are no object"],
        ["a bad mode", '{"a": {"content": "x", "perm": "4755"}}', "permissions that are none in octal"],
        ["a mode with a line end", '{"a": {"content": "x", "perm": "600\\n"}}', "permissions that are none in octal"],
        ["a way up", escape(".."), badName],
        ["a path", escape("../../etc/passwd"), badName],
        ["an absolute path", escape("/etc/passwd"), badName],
        ["a way up in escapes", '{"\\u002e\\u002e": {"content": "x"}}', badName],
        ["a line end in a name", escape("a\nfile\t600\t=\tb"), badName],
        ["a name with NUL", escape("a\u0000"), badName],
        ["an empty name", escape(""), badName],
        ["a name that is taken", '{"userdata": {"entries": {}}}', "a name that is taken at the top"],
        ["40 folders", `${'{"a":{"entries":'.repeat(40)}{}${"}}".repeat(40)}`, "folders more than 16 deep"],
        ["20,000 brackets", `{"a":${"[".repeat(16_000)}`, "not JSON: "],
    ])("JSON that is %s makes no file, is kept, and its words are not shown", async (_, text, reason) => {
        const outcome = await run(userData(text));
        expect(outcome.code).toBe(0);
        expect(Object.keys(outcome.files).filter((name) => !(name in { ...awsFiles }))).toEqual([]);
        expect(outcome.files["userdata"]).toBe(Buffer.from(text).toString("latin1"));
        expect(outcome.console[0]).toContain(`the user data is kept as it is, and no files made of it: ${reason}`);
        expect(outcome.console.join("\n")).not.toContain("secret");
    });
    const awsFiles = {
        provider: 1,
        userdata: 1,
        instance_id: 1,
        instance_type: 1,
        availability_zone: 1,
        hostname: 1,
        local_hostname: 1,
        local_ipv4: 1,
    };
});
