import type { Locale } from './locale.ts';

export const ptBR: Locale = {
  words: {
    scheduled: 'agendada',
    removed: 'removida',
    healthy: 'saudável',
    connected: 'conectado',
    disconnected: 'desconectado',
    removedInFlight:
      'Uma entrega desta mensagem já estava em andamento e não pode ser desfeita; nenhuma outra será feita.',
  },
  problems: {
    unauthorized: [
      'Não autorizado',
      'Token ausente ou inválido: envie o cabeçalho Authorization: Bearer <API_TOKEN>',
    ],
    'route-not-found': ['Não encontrado', 'Não há nada em {0}'],
    'method-not-allowed': ['Método não permitido', 'O método {0} não é aceito neste endereço'],
    'malformed-body': ['Corpo inválido', 'O corpo não é um JSON válido: {0}'],
    'body-too-large': ['Corpo grande demais', 'O corpo passa do limite de {0} bytes'],
    'unsupported-media-type': [
      'Tipo de conteúdo não aceito',
      'Envie o corpo como JSON em UTF-8, com o cabeçalho Content-Type: application/json',
    ],
    'invalid-message': ['Mensagem inválida', '{0}'],
    'message-exists': ['Mensagem já existe', 'Já existe uma mensagem com o id {0}'],
    'message-not-found': ['Mensagem não encontrada', 'Não há mensagem com o id {0}'],
    'store-unavailable': [
      'Serviço indisponível',
      'O Redis não está acessível no momento; tente novamente em instantes',
    ],
    'store-full': [
      'Serviço sem espaço',
      'O Redis está sem memória e a mensagem não foi guardada; libere memória ou aumente maxmemory',
    ],
    'internal-error': ['Erro interno', 'Erro interno; a causa está no log do serviço'],
  },
  rules: {
    required: 'é obrigatório',
    unknown: 'não é um campo conhecido',
    type: 'deve ser do tipo {0}',
    'min-length': 'deve ter pelo menos {0} caractere(s)',
    'max-length': 'deve ter no máximo {0} caracteres',
    'message-id': 'não pode conter caracteres de controle nem Unicode malformado, nem ser . ou ..',
    'due-time': 'deve ser uma data e hora ISO 8601 que exista, como 2026-01-31T10:00:00-03:00',
    'webhook-url': 'deve ser uma URL http:// ou https:// completa, sem usuário e senha',
    nesting: 'está aninhado fundo demais',
  },
  body: 'corpo',
};
