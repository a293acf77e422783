// A bolt-js bot that answers /slam with a constant.
import bolt from "@slack/bolt";

const app = new bolt.App({
  token: process.env.SLACK_BOT_TOKEN,
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  logLevel: "error",
});

app.command("/slam", async ({ ack }) => {
  await ack({ text: "Hello from the Slam." });
});

await app.start({ port: Number(process.env.PORT), host: "127.0.0.1" });
