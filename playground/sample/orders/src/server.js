const cluster = require('cluster');
const os = require('os');
const config = require('./config');

if (cluster.isPrimary) {
  for (let i = 0; i < os.cpus().length; i++) {
    cluster.fork();
  }
  cluster.on('exit', (worker) => {
    console.log(`worker ${worker.process.pid} died, starting another one`);
    cluster.fork();
  });
} else {
  const app = require('./app');

  app.listen(config.port, () => {
    console.log(`orders listens on ${config.port}, pid ${process.pid}`);
  });

  process.on('uncaughtException', (err) => {
    console.log('uncaught exception', err);
  });
  process.on('unhandledRejection', (err) => {
    console.log('unhandled rejection', err);
  });
}
