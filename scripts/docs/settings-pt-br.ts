import type { SettingName } from '../../src/config/schema.ts';

/** What the Portuguese README says of every setting; the English texts are those of the schema. */
export const settingsPtBR: Readonly<Record<SettingName, string>> = {
  API_HOST: 'Endereço em que a API escuta.',
  API_PORT: 'Porta em que a API escuta; 0 usa uma livre.',
  API_TOKEN:
    'O token que os clientes enviam como `Authorization: Bearer <token>`: ASCII visível, sem espaços. Pode ' +
    'tudo. Dispensável onde API_TOKENS tem algum.',
  API_TOKENS:
    'Mais tokens, separados por vírgula ou fim de linha: `nome:escopos:token` ou ' +
    '`nome:escopos:sha256=<hash>`; os escopos são `read`, `write` e `admin`, unidos por `+`.',
  API_LOCALE: 'Idioma dos textos nas respostas.',
  API_BODY_LIMIT_BYTES: 'Maior corpo de requisição aceito, e maior mensagem de um lote.',
  API_BATCH_LIMIT_BYTES: 'Maior corpo de lote aceito.',
  API_REQUEST_TIMEOUT_MS:
    'Um cliente pode levar este tempo para enviar uma requisição; o cabeçalho dela deve chegar em 10 s.',
  API_RATE_LIMIT:
    'Requisições por segundo que cada token pode fazer a cada processo; um lote conta como suas mensagens. ' +
    '0: quantas quiser.',
  API_RATE_BURST:
    'Requisições que um token pode fazer de uma vez, depois de um tempo sem fazer nenhuma. Padrão: as de um segundo.',
  REDIS_URL:
    'Onde o Redis está e quem somos nele, em um só texto; `rediss://` para TLS. Caracteres especiais da senha ' +
    'vão em percent-encoding. No lugar de REDIS_HOST.',
  REDIS_HOST: 'Host do Redis.',
  REDIS_PORT: 'Porta do Redis.',
  REDIS_SENTINELS:
    'Sentinels que sabem quem é o master: `host:porta`, separados por vírgula. No lugar de REDIS_HOST.',
  REDIS_SENTINEL_NAME: 'Como os sentinels chamam o master. Obrigatório com REDIS_SENTINELS.',
  REDIS_SENTINEL_USERNAME: 'Usuário de ACL dos sentinels, quando eles têm usuários.',
  REDIS_SENTINEL_PASSWORD: 'Senha dos sentinels.',
  REDIS_CLUSTER_NODES:
    'Alguns nós de um Redis Cluster: `host:porta`, separados por vírgula. No lugar de REDIS_HOST.',
  REDIS_USERNAME: 'Usuário de ACL, quando o Redis tem usuários.',
  REDIS_PASSWORD: 'Senha do Redis.',
  REDIS_DB: 'Número do banco de dados.',
  REDIS_TLS:
    'Se as conexões com o Redis, sentinels incluídos, são cifradas. Padrão: `false`, a não ser que REDIS_URL ' +
    'comece com `rediss://`.',
  REDIS_TLS_CA_FILE:
    'Arquivo PEM de quem assina os certificados do Redis. Padrão: aqueles em quem o Node.js confia.',
  REDIS_TLS_CERT_FILE: 'Arquivo PEM do nosso certificado, quando o Redis pede um.',
  REDIS_TLS_KEY_FILE: 'Arquivo PEM da chave de REDIS_TLS_CERT_FILE.',
  REDIS_TLS_SERVER_NAME:
    'Nome para o qual os certificados do Redis valem, quando não é o endereço pelo qual é alcançado.',
  REDIS_TLS_VERIFY:
    '`false`: qualquer certificado é aceito como o do Redis, e quem está no caminho consegue ler tudo.',
  REDIS_TIMEOUT_MS: 'Um comando do Redis sem resposta falha depois deste tempo.',
  KEY_PREFIX:
    'Vem no início de toda chave do Redis: até 64 caracteres, sem espaços e sem chaves `{}`.',
  PARTITIONS:
    'Grupos em que as chaves são distribuídas. Não muda depois que há mensagens. Padrão: 1; 64 com um cluster.',
  DURABILITY:
    'Quão segura uma alteração tem de estar antes de ser confirmada: na memória do Redis, recebida ' +
    'também por tantas réplicas, ou no disco do Redis.',
  PAYLOAD_KEYS:
    'Cifra payload e cabeçalhos das mensagens no Redis: `id:chave`, separadas por vírgula, cada chave 32 bytes ' +
    'aleatórios em base64. A primeira cifra, todas decifram.',
  WEBHOOK_TIMEOUT_MS: 'Uma tentativa inteira, da conexão ao fim da resposta, não passa disto.',
  WEBHOOK_CONNECT_TIMEOUT_MS:
    'Uma conexão que não esteja pronta depois disto é abandonada: nome resolvido, TLS acertado.',
  WEBHOOK_LEASE_MS:
    'Por quanto tempo uma mensagem reservada é de uma só réplica; depois, outra pode assumi-la. ' +
    'Pelo menos WEBHOOK_TIMEOUT_MS mais 500; padrão: ele mais 15 s.',
  WEBHOOK_CONCURRENCY: 'Máximo de tentativas em andamento por processo.',
  WEBHOOK_HOST_CONCURRENCY:
    'Máximo delas em um só destinatário (esquema, host e porta): o resto é dos outros.',
  WEBHOOK_BREAKER_THRESHOLD:
    'Falhas seguidas após as quais um destinatário é deixado em paz por um tempo, e suas mensagens esperam; 0: nunca.',
  WEBHOOK_BREAKER_OPEN_MS:
    'Por quanto tempo: então uma tentativa é feita, e após cada uma que falha ele dobra.',
  WEBHOOK_BREAKER_CAP_MS: 'Nunca por mais que isso.',
  WEBHOOK_MAX_ATTEMPTS: 'Tentativas até a mensagem ser guardada entre as que falharam.',
  WEBHOOK_RETRY_BASE_MS: 'Espera após a primeira tentativa que falhou.',
  WEBHOOK_RETRY_FACTOR: 'Cada espera seguinte é a anterior multiplicada por este valor.',
  WEBHOOK_RETRY_CAP_MS: 'Nenhuma espera é maior que isto.',
  WEBHOOK_RETRY_JITTER: 'Parcela aleatória da espera: 0.2 é ±20%.',
  WEBHOOK_RETRY_AFTER_CAP_MS:
    'Até este limite, um destinatário que responde 429 ou 503 com `Retry-After` decide quando se tenta de novo.',
  WEBHOOK_NETWORKS:
    'Aonde os webhooks podem ir: só a endereços públicos (`public`); também aos de redes privadas e desta ' +
    'máquina (`private`); ou a qualquer um, metadados de nuvem inclusive (`any`).',
  WEBHOOK_ALLOW_CIDRS:
    'Endereços e faixas a que os webhooks podem ir mesmo assim, separados por vírgula.',
  WEBHOOK_DENY_CIDRS: 'Aqueles a que nunca podem ir, seja o que for que os permita.',
  WEBHOOK_ALLOW_HOSTS:
    'Nomes que podem estar em qualquer endereço não negado, separados por vírgula.',
  WEBHOOK_PROXY:
    'Proxy pelo qual os webhooks passam, por CONNECT: `http://usuário:senha@host:porta`. HTTPS_PROXY não é ' +
    'considerado.',
  WEBHOOK_SECRETS:
    'Segredos com que os webhooks são assinados (HMAC-SHA256), separados por vírgula, o mais novo primeiro.',
  WEBHOOK_ED25519_KEYS:
    'Chaves privadas com que os webhooks são assinados (ed25519), do mesmo modo.',
  RECONCILE_INTERVAL_MS:
    'Intervalo entre duas varreduras por mensagens que nenhum evento anunciou.',
  FAILED_RETENTION_MS: 'Por quanto tempo as mensagens que falharam são guardadas.',
  DELIVERY_LOG_LENGTH:
    'Quantas tentativas, aproximadamente, o log de entregas guarda por partição.',
  DRAIN_TIMEOUT_MS:
    'Ao parar, as tentativas em andamento podem continuar por este tempo; depois são devolvidas.',
  DRAIN_DELAY_MS:
    'Numa parada, tudo continua por este tempo depois que `/readyz` disse não, para que balanceadores ' +
    'percebam.',
  WORKERS:
    'Processos nesta máquina que dividem o trabalho, de 1 a 99; `auto`: um para cada processador.',
  ROLE: 'O que este processo faz: `api` recebe requisições, `worker` entrega (e responde às sondas), `all` ambos.',
  REPLICA_NAME:
    'Nome deste processo no Redis e nos logs, único: até 64 letras, dígitos e `.` `_` `-`. ' +
    'Padrão: nome do host, id do processo e uma parte aleatória.',
  LOG_LEVEL: 'Menor severidade das linhas de log escritas.',
  LOG_FORMAT:
    'Linhas de log como JSON, para programas, ou formatadas, para os olhos (`pretty`); `auto`: formatadas num ' +
    'terminal, JSON fora dele.',
};
