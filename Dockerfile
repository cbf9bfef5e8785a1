# syntax=docker/dockerfile:1
# One image for server, worker and migrate; compose chooses the command.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
# Installs all dependencies and compiles, exactly as on a developer's machine.
RUN --mount=type=cache,target=/root/.npm npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    WORKFLOW_BUNDLE=/app/dist/workflow-bundle.js
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist/src dist/src
COPY --from=build /app/dist/workflow-bundle.js dist/workflow-bundle.js
COPY package.json LICENSE ./
COPY docker/migrate.mjs docker/ready.mjs docker/
USER node
EXPOSE 8080
# Node is process 1: it takes SIGTERM itself and stops in order.
CMD ["node", "--enable-source-maps", "dist/src/server.js"]
