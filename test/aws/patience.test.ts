import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openClients } from "../../providers/aws/client/clients";
import { impatientAfter } from "../../providers/aws/client/patience";

let server: Server;
const before = { ...process.env };

beforeAll(async () => {
    server = createServer(() => {});
    await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
    });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "s" });
});
afterAll(async () => {
    process.env = before;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
});

test("what AWS does not answer is given up soon after Ctrl-C, and what is asked after it too", async () => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const interruption = new AbortController();
    const endpoints = { ec2: endpoint, ebs: endpoint, sts: endpoint };
    const { ec2, sts } = impatientAfter(interruption.signal, openClients({ endpoints }, "eu-central-1"));
    const asked = ec2.describeImages({});
    interruption.abort();
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
    await expect(sts.getCallerIdentity({})).rejects.toMatchObject({ name: "AbortError" });
}, 20_000);
