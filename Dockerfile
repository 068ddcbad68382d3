FROM node:26-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The local Slack is only for `npm run try`; other optional packages are binaries for this platform.
RUN npm ci --omit=dev && rm -rf node_modules/local-slack-*

FROM node:26-slim
LABEL org.opencontainers.image.title="Architect" \
      org.opencontainers.image.description="A Slack teammate for teams that run Node.js backends" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    ARCHITECT_DATA_DIR=/data \
    NODE_COMPILE_CACHE=/app/compile-cache
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json manifest.yml LICENSE ./
COPY migrations ./migrations
COPY prompts ./prompts
COPY src ./src
RUN mkdir /data compile-cache && chown node:node /data compile-cache
USER node
# Compiled code is kept now, since the root file system may be read-only later: a start takes half the time, and the engine of the first review loads twice as fast.
RUN ["node", "--input-type=module", "--eval", "const { quickenImports } = await import('/app/src/lib/quick-imports.ts'); quickenImports(); for (const part of ['run', 'app/build-answering', 'evidence/remembering-analyst']) await import(`/app/src/${part}.ts`)"]
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "--input-type=module", "--eval", "const { ok } = await fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`); process.exit(ok ? 0 : 1)"]
CMD ["node", "src/main.js"]
