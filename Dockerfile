# The service as an image: docker build -t api-de-agendamento .
# The base is pinned to the major of Node the tests run on.

# Compiles the service. `npm run build` installs what it needs by itself.
FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY config/tsconfig.build.json config/
COPY scripts scripts
COPY src src
RUN --mount=type=cache,target=/root/.npm npm run build

# What it needs to run, and nothing else. Made anew only when the lockfile changes.
FROM node:20-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev

FROM node:20-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="API de Agendamento" \
      org.opencontainers.image.description="Self-hosted, Redis-native scheduler of webhooks" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Half of these threads may look names up at once: some dead ones hold up no other.
ENV NODE_ENV=production UV_THREADPOOL_SIZE=32
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
# The user `node`, by number, so that Kubernetes can tell that it is not root. Everything above belongs
# to root: the service writes no file, and runs on a read-only root file system.
USER 1000:1000
EXPOSE 8000
# Ready, and not merely alive: what waits for "healthy" wants to send requests.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.API_PORT || 8000}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 itself: the service handles SIGTERM and SIGINT, and its only children are those of
# WORKERS, which it waits for.
CMD ["node", "dist/main.js"]
