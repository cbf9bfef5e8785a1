// Health of the server container: is the gateway ready?
const answer = await fetch(`http://127.0.0.1:${process.env.PORT}/ready`).catch(() => undefined);
process.exitCode = answer?.ok === true ? 0 : 1;
